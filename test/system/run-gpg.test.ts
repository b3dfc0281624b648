/** With a gpg that is a script. The real one: test/e2e/pass.test.ts. */
import { expect, it } from "vitest";
import { userGpg } from "../../src/system/programs/run-gpg.ts";
import { pathOf } from "../helpers/desktop.ts";

const decrypt = (programs: Record<string, string>) =>
  userGpg({ PATH: pathOf(programs) }).decrypt("store/web.gpg", 1000);

it("gpg that succeeds: what it prints", async () => {
  const output = await decrypt({ gpg: 'printf "%s" "$*"' });
  expect(Buffer.from(output).toString()).toBe("--quiet --decrypt -- store/web.gpg");
});

it.each([
  [
    "its own words",
    "echo 'gpg: decryption failed: No secret key' >&2; exit 2",
    "gpg: decryption failed: No secret key",
  ],
  ["the file is not decrypted, if it says nothing", "exit 2", "gpg did not decrypt it"],
])("gpg that fails: %s", async (_, script, message) => {
  await expect(decrypt({ gpg: script })).rejects.toMatchObject({ exitCode: 5, message });
});

it("no gpg: says what to install", async () => {
  await expect(decrypt({})).rejects.toMatchObject({ exitCode: 1, hints: ['install the package "gnupg"'] });
});
