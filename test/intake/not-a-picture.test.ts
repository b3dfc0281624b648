import { expect, it } from "vitest";
import { testCli } from "../helpers/test-cli.ts";

it.each([
  ["github", "if it is a name, the seed is typed at a hidden prompt: twinseed add --name NAME"],
  ["my root", "if it is a name, the seed is typed at a hidden prompt: twinseed add --name NAME"],
  ["$(id)", "if it is a name, the seed is typed at a hidden prompt: twinseed add --name NAME"],
  ["note.txt", "a text with an otpauth URI or a key in it: twinseed add - < note.txt"],
  ["vault.json", "an export of another app: twinseed import vault.json"],
  ["old.age", "to restore a backup: twinseed backup restore old.age"],
  ["mail.asc", "to restore a backup: twinseed backup restore mail.asc"],
  ["paper.pdf", "take a screenshot of the QR code and use that (PNG or JPEG)"],
])("%s: %s", async (path, hint) => {
  const files = {
    "note.txt": "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ",
    "vault.json": "{}",
    "old.age": "age-encryption.org/v1\n-> X25519",
    "mail.asc": "-----BEGIN AGE ENCRYPTED FILE-----\n",
    "paper.pdf": "%PDF-1.4",
  };
  const { exitCode, stderr } = await testCli({ files }).run(["add", path]);
  expect(exitCode).toBe(5);
  expect(stderr.split("\n")).toContain(`twinseed: hint: ${hint}`);
});

it("a key after a name is noticed, and nothing is read", async () => {
  const { exitCode, stderr } = await testCli().run(["add", "github", "GEZDGNBVGY3TQOJQ"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("keys are not accepted as arguments");
  expect(stderr).not.toContain("GEZD");
});
