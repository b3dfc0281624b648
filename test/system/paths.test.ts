import { isAbsolute } from "node:path";
import { describe, expect, it } from "vitest";
import { dataFolderPath } from "../../src/system/disk/paths.ts";

describe("the data folder's path", () => {
  it("is TWINSEED_HOME, seen from the working directory", async () => {
    expect(await dataFolderPath({ TWINSEED_HOME: "/data/seeds" }, "/work")).toBe("/data/seeds");
    expect(await dataFolderPath({ TWINSEED_HOME: "seeds/" }, "/somewhere")).toBe("/somewhere/seeds");
  });

  it("is the platform's place otherwise", async () => {
    for (const env of [{}, { TWINSEED_HOME: "" }]) {
      const path = await dataFolderPath(env, "/work");
      expect(isAbsolute(path)).toBe(true);
      expect(path).toContain("twinseed");
      expect(path).not.toContain("nodejs");
    }
  });
});
