/** Files that TWINSEED_PASSPHRASE_FILE and TWINSEED_KEY_FILE name. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readSecretFile } from "../../src/system/disk/secret-file.ts";

const folder = mkdtempSync(join(tmpdir(), "twinseed-secret-file-"));
const path = join(folder, "pw");
afterAll(() => rmSync(folder, { recursive: true }));

const read = (bytes: Uint8Array) => {
  writeFileSync(path, bytes, { mode: 0o600 });
  return readSecretFile(path, () => {});
};

it("is UTF-8", () => expect(read(Buffer.from("p\u00e4sswort\n"))).toBe("p\u00e4sswort\n"));

it.each([
  ["windows-1252", Buffer.from("p\u00e4sswort\n", "latin1")],
  ["UTF-16", Buffer.from("\ufeffpasswort\n", "utf16le")],
])("in %s it would be a passphrase that no one can type: refused, and not quoted", (_, bytes) => {
  expect(() => read(bytes)).toThrow(
    expect.objectContaining({ exitCode: 6, message: `"${path}" is not UTF-8` }),
  );
});
