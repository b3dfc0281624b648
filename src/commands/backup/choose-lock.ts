/** What a new backup is locked with: what the options say, or else what the user says. */

import type { Lock } from "../../backup/age-file.ts";
import { checkRecipient, recipientsIn } from "../../backup/age-keys.ts";
import { nameOf, readKeyFile, readPassphrase } from "../../backup/key-files.ts";
import { KEY_BYTES, MOST_SHARES, type Share, splitKey } from "../../backup/shares.ts";
import { usageError } from "../../base/errors.ts";
import { isShort, SHORT } from "../../base/short-passphrase.ts";
import { note, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export type ChooseLockNeeds = Needs<
  "stdin" | "stderr" | "terminal" | "random" | "files" | "unsafeBackupCost"
>;

/** What locks a backup. Without any of these, the user is asked. */
export interface LockOptions {
  passphraseFile?: string;
  recipient?: string[];
  recipientsFile?: string[];
  split?: string;
}

export interface ChosenLock {
  readonly lock: Lock;
  /** The shares of a split key. */
  readonly shares: readonly Share[];
}

/** Does all the reading and asking that is necessary; writes nothing. */
export async function chooseLock(options: LockOptions, needs: ChooseLockNeeds): Promise<ChosenLock> {
  const { passphraseFile, recipient = [], recipientsFile = [], split } = options;
  const isToKeys = recipient.length + recipientsFile.length > 0;
  if ([passphraseFile !== undefined, isToKeys, split !== undefined].filter(Boolean).length > 1)
    throw usageError("a backup has only one kind of lock: --passphrase-file, or -r and -R, or --split");
  if (split !== undefined) return splitLock(split, needs);
  if (isToKeys) return { lock: await recipientsLock(recipient, recipientsFile, needs), shares: [] };
  const passphrase =
    passphraseFile === undefined ? await askPassphrase(needs) : await passphraseIn(passphraseFile, needs);
  const { unsafeBackupCost: unsafeWorkFactor } = needs;
  const cost = unsafeWorkFactor === undefined ? {} : { unsafeWorkFactor };
  return { lock: { kind: "passphrase", passphrase, ...cost }, shares: [] };
}

/** At a terminal, a short one is asked about. */
async function passphraseIn(file: string, needs: Needs<"stdin" | "stderr" | "files">): Promise<string> {
  const passphrase = await readPassphrase(file, needs);
  if (isShort(passphrase)) warn(needs, `a passphrase of fewer than ${SHORT} characters is easy to guess`);
  return passphrase;
}

async function recipientsLock(
  given: readonly string[],
  files: readonly string[],
  needs: Needs<"stdin" | "files">,
): Promise<Lock> {
  const recipients: string[] = [];
  for (const [i, text] of given.entries())
    recipients.push(await checkRecipient(text, given.length === 1 ? "the recipient" : `recipient ${i + 1}`));
  for (const file of files)
    recipients.push(...(await recipientsIn(await readKeyFile(file, needs), nameOf(file))));
  return { kind: "recipients", recipients };
}

async function splitLock(text: string, needs: Needs<"random">): Promise<ChosenLock> {
  const [, needed = 0, count = 0] = (/^(\d{1,2})-of-(\d{1,2})$/.exec(text) ?? []).map(Number);
  if (needed < 2 || count < needed || count > MOST_SHARES)
    throw usageError(`--split takes K-of-N, such as 2-of-3: K from 2, N up to ${MOST_SHARES}`);
  const key = needs.random(KEY_BYTES);
  return { lock: { kind: "recovery-key", key }, shares: await splitKey(key, needed, count) };
}

async function askPassphrase(needs: Needs<"stderr" | "terminal" | "random">): Promise<string> {
  const terminal = needs.terminal();
  if (terminal === undefined)
    throw usageError(
      "no passphrase, and no terminal to ask on",
      "choose what locks the backup: --passphrase-file FILE, -r age1…, -R FILE or --split 2-of-3",
    );
  const { askNewPassphrase } = await import("../../seeds/file/ask-passphrase.ts");
  return askNewPassphrase(terminal, (text) => note(needs, text), needs.random, "the backup");
}
