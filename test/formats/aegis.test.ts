/** Aegis files of ours, opened as the app opens them (its docs/vault.md), with nothing of ours but the account behind it. */
import { createDecipheriv, scryptSync } from "node:crypto";
import { expect, it } from "vitest";
import { aegis } from "../../src/formats/aegis.ts";
import { WrongPassphrase } from "../../src/formats/faults.ts";
import { foreignText } from "../../src/formats/foreign-file.ts";
import { bank, base32Of, counting, everyAccount, steam } from "../helpers/accounts.ts";
import { written } from "./round-trip.ts";

const PASSWORD = "open sesame";

interface Sealed {
  readonly nonce: string;
  readonly tag: string;
}

function open(key: Buffer, { nonce, tag }: Sealed, sealed: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "hex"));
  decipher.setAuthTag(Buffer.from(tag, "hex"));
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
}

it("leaves out periods that the app can't store", () => {
  const reason = (period: number) =>
    aegis.writer?.reasonToOmit(
      { ...bank, otp: { ...bank.otp, type: "totp", period } as typeof bank.otp },
      [],
    );
  expect([reason(2_147_483), reason(2_147_484)]).toEqual([undefined, "its period is too long for Aegis"]);
});

it("a locked file opens with scrypt and AES-GCM alone, and has what the app demands", async () => {
  const file = JSON.parse(await written(aegis, everyAccount, PASSWORD));
  expect(JSON.stringify(file)).not.toContain(base32Of(bank));
  const [slot, ...others] = file.header.slots;
  expect(others).toEqual([]);
  expect(slot).toMatchObject({ type: 1, n: 32768, r: 8, p: 1, repaired: true, is_backup: false });
  const salt = Buffer.from(slot.salt, "hex");
  const kek = scryptSync(PASSWORD, salt, 32, { N: slot.n, r: slot.r, p: slot.p, maxmem: 2 ** 27 });
  const master = open(kek, slot.key_params, Buffer.from(slot.key, "hex"));
  const db = JSON.parse(open(master, file.header.params, Buffer.from(file.db, "base64")).toString());
  expect(db.version).toBe(3);
  expect(db.entries).toHaveLength(everyAccount.length);
  expect(db.entries[2]).toMatchObject({
    type: "totp",
    name: bank.label,
    issuer: bank.issuer,
    info: { secret: base32Of(bank), algo: "SHA512", digits: 8, period: 60 },
  });
  expect(db.entries[3]).toMatchObject({ type: "hotp", info: { secret: base32Of(counting), counter: 0 } });
  expect(db.entries[4]).toMatchObject({ type: "steam", info: { secret: base32Of(steam), digits: 5 } });
});

it("a wrong password is said to be one", async () => {
  const text = await written(aegis, everyAccount, PASSWORD);
  await expect(aegis.read(foreignText("x", text), async () => "wrong")).rejects.toThrow(WrongPassphrase);
});
