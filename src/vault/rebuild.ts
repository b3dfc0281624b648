/** Rebuilds ledger entries from seeds, for `restore` and `doctor --repair`. */

import { parseDeviceArn } from "../aws/arn.ts";
import { attempt, UserError } from "../base/errors.ts";
import type { Account } from "../ledger/account.ts";
import { salvageAccount } from "../ledger/checkup.ts";
import type { LedgerEdit } from "../ledger/edit-ledger.ts";
import { fingerprintOf } from "../ledger/fingerprint.ts";
import type { HereNeeds } from "../ledger/this-computer.ts";
import { defaultName, type Enrollment } from "../otp/enrollment.ts";
import { note, quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { enterComputer } from "./enter-computer.ts";

export type RebuildNeeds = HereNeeds & Needs<"stderr" | "folder">;

/**
 * The seed's own URI has everything but name, counter, copies and AWS serial. Whatever can still be read of these in a damaged
 * entry is kept.
 */
export async function entryOf(
  id: string,
  enrollment: Enrollment,
  edit: LedgerEdit,
  needs: RebuildNeeds,
): Promise<Account> {
  const now = new Date(needs.clock.now()).toISOString();
  const { issuer, label, secret } = enrollment;
  const text = textOf(`accounts/${id}.json`, needs);
  const { name, counter = 0 } = salvageAccount(text, id);
  const kept = enrollment.otp;
  const otp = kept.type === "hotp" ? { ...kept, counter: Math.max(kept.counter, counter) } : kept;
  const device = (await enterComputer(edit, needs))?.device;
  return {
    id,
    name: name ?? (defaultName(enrollment) || id),
    issuer,
    label,
    otp,
    addedAt: now,
    copies: device === undefined ? [] : [{ device: device.id, addedAt: now, confirmedAt: now }],
    fingerprint: fingerprintOf(secret, needs.random),
    ...serialIn(text),
  };
}

/**
 * Only the ledger has the ARN of an AWS device. If a damaged entry still has it in full, it is kept; a wrong one does no harm,
 * as AWS accepts no code for it. Otherwise it is proposed from the label again.
 */
function serialIn(text: string): Pick<Account, "mfaSerial"> {
  const [, mfaSerial = ""] = /"mfaSerial": *"([^"\\\s]+)"/.exec(text) ?? [];
  return parseDeviceArn(mfaSerial) === undefined ? {} : { mfaSerial };
}

function textOf(file: string, needs: Needs<"folder">): string {
  const text = attempt(() => needs.folder.read(file) ?? "");
  return text instanceof UserError ? "" : text;
}

/** Replaces a damaged entry, or writes a missing one. The damaged one is kept in damaged/, next to earlier ones. */
export function writeRebuilt(account: Account, edit: LedgerEdit, needs: Needs<"folder">): void {
  makeRoom(`damaged/${account.id}.json`, needs);
  edit.rebuild(account);
}

/** `enrolled`: from the seed, which has the counter that the account started with. */
export function noteCounter(
  { name, otp }: Account,
  { otp: enrolled }: Enrollment,
  needs: Needs<"stderr">,
): void {
  if (otp.type !== "hotp" || enrolled.type !== "hotp") return;
  const isKept = otp.counter > enrolled.counter;
  const how = isKept
    ? `continues at ${otp.counter}, as its damaged entry says`
    : `starts again at ${otp.counter}`;
  const advice = "if the service refuses the code, get the next one";
  note(needs, `the counter of ${quoted(name)} ${how}: ${advice}`);
}

/** Adds a number to the name of an older file in damaged/. Call it under the lock. */
export function makeRoom(file: string, needs: Needs<"folder">): void {
  const names = new Set(needs.folder.list("damaged").map((name) => `damaged/${name}`));
  if (!names.has(file)) return;
  const numbered = (number: number) => file.replace(/\.json$/, `.${number}.json`);
  let number = 1;
  while (names.has(numbered(number))) number += 1;
  needs.folder.move(file, numbered(number));
}
