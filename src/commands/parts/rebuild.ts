/** Ledger entries written anew from seeds: for `restore` and `doctor --repair`. */
import { parseDeviceArn } from "../../aws/arn.ts";
import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import type { Account } from "../../ledger/account.ts";
import { thisComputer } from "../../ledger/devices.ts";
import { fingerprintOf } from "../../ledger/fingerprint.ts";
import type { LedgerEdit } from "../../ledger/ledger.ts";
import { defaultName, type Enrolment } from "../../otp/enrolment.ts";
import { note, quoted } from "./say.ts";

/** Everything but name, counter, copies and AWS serial stands in the seed's own URI. */
export function entryOf(id: string, enrolment: Enrolment, edit: LedgerEdit, ctx: Context): Account {
  const now = new Date(ctx.now()).toISOString();
  const { issuer, label, otp, secret } = enrolment;
  const device = thisComputer(ctx.ledger.devices(), edit, ctx);
  return {
    id,
    name: defaultName(enrolment) || id,
    issuer,
    label,
    otp,
    addedAt: now,
    copies: [{ device: device.id, addedAt: now, confirmedAt: now }],
    fingerprint: fingerprintOf(secret, ctx.random),
    ...serialInDamaged(`accounts/${id}.json`, ctx),
  };
}

/**
 * The ARN of an AWS device stands in the ledger alone. It is taken from a damaged entry where it is there whole; a wrong one
 * does no harm, as AWS takes no code for it. Else it is proposed from the label again.
 */
function serialInDamaged(file: string, ctx: Context): Pick<Account, "mfaSerial"> {
  const [, mfaSerial = ""] = /"mfaSerial": *"([^"\\\s]+)"/.exec(textOf(file, ctx)) ?? [];
  return parseDeviceArn(mfaSerial) === undefined ? {} : { mfaSerial };
}

function textOf(file: string, ctx: Context): string {
  try {
    return ctx.folder.read(file) ?? "";
  } catch (error) {
    if (error instanceof UserError) return "";
    throw error;
  }
}

/** In the place of a damaged entry or of none. What was there is kept in damaged/, and so is what is in there already. */
export function writeAnew(account: Account, edit: LedgerEdit, ctx: Context): void {
  makeRoom(`damaged/${account.id}.json`, ctx);
  edit.rebuild(account);
}

export function noteCounter({ name, otp }: Account, ctx: Context): void {
  if (otp.type !== "hotp") return;
  const again = `the counter of ${quoted(name)} starts again at ${otp.counter}`;
  note(ctx, `${again}: if the service refuses the code, ask for the next one`);
}

/** An older file in damaged/ gets a number. Call it under the lock. */
export function makeRoom(file: string, ctx: Context): void {
  const names = new Set(ctx.folder.list("damaged").map((name) => `damaged/${name}`));
  if (!names.has(file)) return;
  const numbered = (number: number) => file.replace(/\.json$/, `.${number}.json`);
  let number = 1;
  while (names.has(numbered(number))) number += 1;
  ctx.folder.move(file, numbered(number));
}
