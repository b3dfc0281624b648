import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { diskError } from "../../src/system/disk/disk-error.ts";

const root = mkdtempSync(join(tmpdir(), "twinseed-disk-error-"));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, "my home"));

it.each([
  ["my home/.local/share/twinseed", `"${root}/my home"`],
  ["my home", `"${root}/my home"`],
  ["none/accounts", root],
])("the owner of %s, or of what is there of its path, is asked with a line to paste", (path, shown) => {
  const refused = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  expect(diskError(refused, "make", join(root, path))).toMatchObject({
    hints: [`see who owns it: ls -ld ${shown}`],
  });
});
