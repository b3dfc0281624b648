/** Where this computer keeps what it alone knows: never in the data folder, which may be shared. */
import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stateFolder } from "../../src/system/disk/state-folder.ts";
import { stateFolderPath } from "../../src/system/disk/state-folder-path.ts";

const env = { HOME: "/home/alice", LOCALAPPDATA: "/users/alice/local" };

describe("the state folder", () => {
  it.each([
    ["linux", env, "/home/alice/.local/state/twinseed"],
    ["linux", { ...env, XDG_STATE_HOME: "/state" }, "/state/twinseed"],
    ["linux", { ...env, XDG_STATE_HOME: "relative" }, "/home/alice/.local/state/twinseed"],
    ["darwin", env, "/home/alice/Library/Application Support/twinseed-state"],
    ["win32", env, "/users/alice/local/twinseed-state"],
    ["linux", { ...env, TWINSEED_STATE: "here" }, "/base/here"],
  ])("on %s with %j is %s", (platform, variables, path) => {
    expect(stateFolderPath(variables, "/base", platform)).toBe(path);
  });

  it.each(["/data", "/data/state"])("is refused at %s if the data folder is /data", (path) => {
    expect(() => stateFolder({ TWINSEED_STATE: path }, "/data", "/", () => {})).toThrow(
      "is in the data folder",
    );
  });

  it("is made with the first file, for this user alone, whatever the umask", () => {
    const root = mkdtempSync(join(tmpdir(), "twinseed-state-"));
    const before = process.umask(0);
    try {
      const folder = stateFolder(
        { TWINSEED_STATE: join(root, "a/state") },
        join(root, "data"),
        "/",
        () => {},
      );
      folder.write("computer.json", "{}");
    } finally {
      process.umask(before);
    }
    expect(statSync(join(root, "a/state")).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, "a/state/computer.json")).mode & 0o777).toBe(0o600);
  });
});
