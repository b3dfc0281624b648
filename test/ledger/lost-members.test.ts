/** What a member who left could read. */
import { expect, it } from "vitest";
import { createLedger } from "../../src/ledger/ledger.ts";
import { loseMembers } from "../../src/ledger/lost-members.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { bank, github } from "../helpers/accounts.ts";
import { findingsOf, good } from "../helpers/sharing.ts";
import { testCli } from "../helpers/test-cli.ts";

it("a replaced seed lies in the store, too: if it comes back, a member who left since may have it", async () => {
  const cli = testCli({ accounts: [github] });
  const replaced = formatOtpauthUri({ ...github, secret: bank.secret });
  await good(cli, ["add", "-", "--replace", "--name", "GitHub:octocat"], replaced);
  const ledger = createLedger(cli.folder, () => {});
  const at = new Date(cli.clock.now).toISOString();
  const random = (bytes: number) => new Uint8Array(bytes).fill(7);
  const left = [{ name: "bob/laptop", keys: ["ssh-ed25519 AAAA"], at }];
  await ledger.edit(async (edit) => loseMembers(left, edit, { ledger, random }));
  const [old] = ledger.removed();
  await good(cli, ["restore", old?.id ?? "", "--name", "old"]);
  expect((await findingsOf(cli)).filter((one) => one.includes("lost-device"))).toEqual([
    "GitHub:octocat lost-device: bob/laptop is lost and has it: anyone with that device can make codes",
    "old lost-device: bob/laptop is lost and has it: anyone with that device can make codes",
  ]);
});
