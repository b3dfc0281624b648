/** What may become a data folder of its own. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { emptyFolder } from "../../src/system/disk/empty-folder.ts";
import { temporaryFolder } from "../helpers/child.ts";

it.each([
  ["empty", []],
  ["with what a kill in the first write leaves", [".tmp-abc-def"]],
  ["with what was begun there", ["unfinished", "config.json", "seeds"]],
])("a folder %s", (_, names) => {
  const folder = temporaryFolder();
  for (const name of names) writeFileSync(join(folder, name), "");
  expect(emptyFolder(folder, "/", "unfinished")).toBe(folder);
  expect(emptyFolder("none", folder, "unfinished")).toBe(join(folder, "none"));
});

it("not one with anything else in it", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "accounts"));
  expect(() => emptyFolder(folder, "/", "unfinished")).toThrow("is not empty");
});
