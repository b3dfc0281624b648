/** `store recipients` and `store rekey`: who can open a shared file store. */

import { checkRecipient, recipientsIn } from "../../backup/age-keys.ts";
import { nameOf, readKeyFile } from "../../backup/key-files.ts";
import { Exit, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { cleanText } from "../../otp/enrollment.ts";
import { type Recipient, readRecipients } from "../../seeds/file/recipient-records.ts";
import { readConfig } from "../../settings/config-file.ts";
import { columnsOf } from "../../talk/columns.ts";
import { count, note, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

type StoreRecipientsNeeds = Needs<
  "stdin" | "stderr" | "clock" | "folder" | "files" | "workTree" | "ledger" | "sharedKeys"
>;

export interface AddOptions {
  name?: string;
  recipientsFile?: string[];
}

export function list(options: { json?: boolean }, needs: Needs<"stdout" | "stderr" | "folder">): void {
  const { list: recipients, faults } = readRecipients(needs.folder);
  for (const fault of faults) warn(needs, fault);
  if (options.json) {
    const rows = recipients.map(({ name, recipient, addedAt }) => ({ name, recipient, addedAt }));
    needs.stdout.write(`${printableJson(rows)}\n`);
    return;
  }
  const width = Math.max(0, ...recipients.map(({ name }) => columnsOf(printable(name))));
  for (const { name, recipient, addedAt } of recipients) {
    const padding = " ".repeat(width - columnsOf(printable(name)));
    const day = printable(addedAt).slice(0, 10);
    needs.stdout.write(`${printable(name)}${padding}  ${printable(recipient, 120)}  added ${day}\n`);
  }
  if (recipients.length === 0)
    note(needs, "no recipients yet; add one with: twinseed store recipients add age1… --name NAME");
}

export async function add(
  given: readonly string[],
  options: AddOptions,
  needs: StoreRecipientsNeeds,
): Promise<void> {
  requireFileStore(needs);
  const wanted = await recipientsGiven(given, options, needs);
  const before = readRecipients(needs.folder).list;
  const added = await needs.sharedKeys.add(wanted, needs.clock.now());
  for (const { name, recipient } of wanted) {
    const listed = before.find((one) => one.recipient === recipient);
    const as = listed === undefined || listed.name === name ? "" : `, as ${quoted(listed.name)}`;
    if (added.includes(name)) note(needs, `${quoted(name)} can now open the seeds with their age identity`);
    else note(needs, `${quoted(name)} is already a recipient${as}`);
  }
  if (added.length > 0 && (await needs.workTree.isThere())) note(needs, "share this with: twinseed sync");
}

export async function remove(
  query: string,
  options: { dropKeys?: boolean },
  needs: StoreRecipientsNeeds,
): Promise<void> {
  requireFileStore(needs);
  const leaving = findRecipient(query, needs);
  const readable = needs.ledger.accounts();
  await changeKey(
    leaving.map(({ file }) => file),
    options,
    needs,
  );
  note(
    needs,
    `removed ${leaving.map(({ name }) => quoted(name)).join(", ")}: they can't open new seeds or changes`,
  );
  warn(needs, "they may have kept what they could read until now, and git's history still holds it");
  if (readable.length > 0) {
    note(
      needs,
      `get a new seed for ${count(readable.length, "account")} from the service, then: twinseed add --replace`,
    );
    for (const { name } of readable) note(needs, `  ${printable(name)}`);
  }
  if (await needs.workTree.isThere())
    note(needs, "revoke their access to the repository too, then share this with: twinseed sync");
}

export async function rekey(
  options: { dropKeys?: boolean },
  needs: Needs<"stderr" | "folder" | "sharedKeys">,
): Promise<void> {
  requireFileStore(needs);
  await changeKey([], options, needs);
}

async function changeKey(
  leaving: readonly string[],
  { dropKeys = false }: { dropKeys?: boolean },
  needs: Needs<"stderr" | "sharedKeys">,
): Promise<void> {
  const report = await needs.sharedKeys.rekey(leaving, dropKeys);
  if (report === undefined) return note(needs, "finished an interrupted change of the data key");
  note(needs, `made a new data key and sealed ${count(report.seeds, "seed")} with it; each was read back`);
  for (const file of report.dropped)
    note(
      needs,
      `dropped "${file}": its passphrase or key opens nothing any more; for a new key: twinseed store key`,
    );
  if (report.carried > 0 && leaving.length > 0)
    warn(
      needs,
      `${count(report.carried, "passphrase or raw key", "passphrases and raw keys")} of this store can still open it: anyone who was removed must not know them`,
    );
  for (const message of report.unopened) warn(needs, message);
  if (report.unopened.length > 0) throw new Exit(ExitCode.failed);
}

async function recipientsGiven(
  given: readonly string[],
  { name, recipientsFile = [] }: AddOptions,
  needs: Needs<"stdin" | "files">,
): Promise<{ name: string; recipient: string }[]> {
  const recipients: string[] = [];
  for (const [i, text] of given.entries())
    recipients.push(await checkRecipient(text, given.length === 1 ? "the recipient" : `recipient ${i + 1}`));
  for (const file of recipientsFile)
    recipients.push(...(await recipientsIn(await readKeyFile(file, needs), nameOf(file))));
  const distinct = [...new Set(recipients)];
  if (distinct.length === 0) throw usageError("name a recipient: age1…, or a file with -R");
  if (name === undefined) return distinct.map((recipient) => ({ name: shortName(recipient), recipient }));
  const cleanName = cleanText(name);
  if (cleanName === "") throw usageError("a recipient needs a name");
  if (distinct.length > 1) throw usageError("--name works with only one recipient");
  return distinct.map((recipient) => ({ name: cleanName, recipient }));
}

function shortName(recipient: string): string {
  return `${recipient.slice(0, 12)}…`;
}

/** Finds a recipient by name or age1…; several entries of one recipient count as one. */
function findRecipient(query: string, needs: Needs<"folder">): Recipient[] {
  const { list: all } = readRecipients(needs.folder);
  const exact = all.filter(({ name, recipient }) => name === query || recipient === query);
  const found =
    exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase() === query.toLowerCase());
  if (new Set(found.map(({ recipient }) => recipient)).size > 1) {
    throw new UserError(`several recipients are called ${quoted(query)}`, ExitCode.ambiguous, [
      "name it by its age1…, as listed by: twinseed store recipients",
    ]);
  }
  if (found.length > 0) return found;
  const known = all.map(({ name }) => printable(name)).join(", ");
  throw new UserError(`no recipient is called ${quoted(query)}`, ExitCode.notFound, [
    known === "" ? "there are none: twinseed store recipients add age1…" : `the recipients are: ${known}`,
  ]);
}

function requireFileStore(needs: Needs<"folder">): void {
  if (readConfig(needs.folder)?.store === "file") return;
  throw new UserError("only the file store has recipients, and the seeds are not in it", ExitCode.failed, [
    "see: twinseed store",
  ]);
}
