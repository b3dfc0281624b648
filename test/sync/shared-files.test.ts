import { expect, it } from "vitest";
import { writeShared } from "../../src/sync/shared-files.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";

const WRITTEN = [
  "keys/a.json",
  "members/1.json",
  "seeds/a.json",
  "seeds/b.json",
  "devices.json",
  "removed/a.json",
  "accounts/a.json",
];

it("writes each seed's key before the seed, and each seed before its account; what goes, goes in the opposite order", () => {
  const folder = memoryFolder();
  const files = new Map(WRITTEN.toReversed().map((name) => [name, "text"]));
  const nothing = { files: new Map<string, string>(), damaged: new Map<string, string>() };
  expect(writeShared(nothing, files, { folder })).toEqual(WRITTEN);
  expect([...folder.files.keys()]).toEqual(WRITTEN);
  const gone = writeShared({ ...nothing, files }, new Map(), { folder });
  expect(gone.map((name) => name.split("/")[0])).toEqual(
    WRITTEN.map((name) => name.split("/")[0]).toReversed(),
  );
  expect(folder.files.size).toBe(0);
});
