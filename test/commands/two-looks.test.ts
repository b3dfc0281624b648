/** Commands that hold no lock, while another process writes: what is whole before and after is never called damaged or gone. */
import { expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, github } from "../helpers/accounts.ts";
import { afterLook, effectOf } from "../helpers/between-looks.ts";
import { testCli } from "../helpers/test-cli.ts";

const now = "2005-03-18T01:58:29Z";

async function started() {
  const cli = testCli({ accounts: [github, aws], now });
  await cli.start();
  return cli;
}

it("an account that is replaced while the accounts are read is found", async () => {
  const cli = await started();
  const stdin = formatOtpauthUri({ ...github, secret: bank.secret });
  const replace = await effectOf(() => cli.run("add - --replace", { stdin }), cli.folder);
  afterLook(cli.folder, "list", "accounts", replace);
  expect(await cli.run("code github")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\n$/),
    stderr: "",
  });
});
