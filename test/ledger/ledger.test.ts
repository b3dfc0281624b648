import { expect, it } from "vitest";
import { createLedger } from "../../src/ledger/ledger.ts";
import { bank, github } from "../helpers/accounts.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { testCli } from "../helpers/test-cli.ts";

it("two accounts with the same name are listed by id", async () => {
  const { folder, run } = testCli({ accounts: [github, bank] });
  await run("list");
  for (const [name, text] of folder.files)
    if (name.startsWith("accounts/"))
      folder.files.set(name, JSON.stringify({ ...JSON.parse(text), name: "same" }));
  const ids = createLedger(folder, () => {})
    .accounts()
    .map(({ id }) => id);
  expect(ids).toHaveLength(2);
  expect(ids).toEqual(ids.toSorted());
});

it("devices.json that can't be read: one warning, and no devices", () => {
  const warnings: string[] = [];
  const ledger = createLedger(memoryFolder({ "devices.json": "damaged" }), (text) => warnings.push(text));
  expect([ledger.devices(), ledger.devices()]).toEqual([[], []]);
  expect(warnings).toEqual([expect.stringContaining('skipped "devices.json": ')]);
});
