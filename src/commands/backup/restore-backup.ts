/**
 * `backup restore`: a merge that never overwrites. It stores the seeds first, reads each one back, and then writes the ledger.
 * In a separate folder (`--into`), it writes a marker file first and removes it last: the marker tells the next run that an
 * interrupted restore left this folder.
 */

import type { ReadBackup } from "../../backup/backup-content.ts";
import { earlierSelves, withoutEarlierSelves } from "../../backup/earlier-self.ts";
import { type Plan, planMerge, type SeedMatch } from "../../backup/restore-plan.ts";
import type { Step } from "../../backup/restore-step.ts";
import { Exit, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { computerId } from "../../ledger/computer-id.ts";
import type { LedgerEdit } from "../../ledger/edit-ledger.ts";
import { deviceHere, withDoubts } from "../../ledger/this-computer.ts";
import { type KeyOptions, readBackup, type UnlockNeeds } from "../../opening/read-backup.ts";
import { type Enrollment, sameCodes } from "../../otp/enrollment.ts";
import { codeOf } from "../../otp/one-time-code.ts";
import type { SeedStore } from "../../seeds/seed-store.ts";
import { readConfig } from "../../settings/config-file.ts";
import { progressOf } from "../../talk/progress.ts";
import { note, quoted, warn } from "../../talk/say.ts";
import { sayDoubted } from "../../talk/say-computer.ts";
import { keptSeed } from "../../vault/all-seeds.ts";
import { type EnterNeeds, enterComputer } from "../../vault/enter-computer.ts";
import { writeRebuilt } from "../../vault/rebuild.ts";
import { requireStoreInUse } from "../../vault/store-in-use.ts";
import { requireStoreOpens } from "../../vault/store-opens.ts";
import type { Needs } from "../../world.ts";
import { restoreNotes } from "./backup-notes.ts";
import { confirmCopies } from "./confirm-copies.ts";
import { listing, restoreJson, summary } from "./restore-report.ts";

type RestoreBackupNeeds = EnterNeeds & Needs<"folder" | "seeds" | "notes">;

export interface RestoreOptions extends KeyOptions {
  into?: string;
  dryRun?: boolean;
  yes?: boolean;
  allowMissing?: boolean;
  json?: boolean;
}

const UNFINISHED = "unfinished-restore";
/** Characters of what is said of an account, which may name another one. */
const MOST_SAID = 300;

/** Throws Exit (1) if some entries of the backup can't be read; the others are restored even then. */
export async function restore(
  file: string,
  options: RestoreOptions,
  needs: RestoreBackupNeeds & UnlockNeeds & Needs<"stdout" | "inOtherFolder">,
): Promise<void> {
  const { dryRun = false, yes = false, json = false, into } = options;
  if (!dryRun && !yes && needs.terminal() === undefined)
    throw usageError(
      "restore asks for confirmation, and there is no terminal to ask on",
      "skip the prompt with --yes, or preview with --dry-run",
    );
  const home = into === undefined ? needs : await needs.inOtherFolder(into, UNFINISHED);
  const read = await readBackup(file, options, needs);
  const self = { hostname: home.computer.hostname, id: await computerId(home) };
  const hereBefore = await deviceHere(home.ledger.devices(), home);
  const backup = { ...read, content: withoutEarlierSelves(read.content, self) };
  for (const fault of backup.faults) warn(needs, `skipped: in the backup, ${fault}`);
  const planned = await plan(backup, isNew(home) ? undefined : await home.seeds(), home);
  if (!dryRun && !yes && hasWork(planned)) await confirm(planned, home);
  const isDue = !dryRun && hasWork(planned);
  if (isDue && into !== undefined)
    home.folder.create(UNFINISHED, "A restore of a backup into this folder did not finish: run it again.\n");
  const done = isDue ? await carryOut(backup, options, home) : planned;
  // Where this computer was entered just now, that was said.
  const isEntered = hereBefore === undefined && (await deviceHere(home.ledger.devices(), home)) !== undefined;
  if (isDue && !isEntered) sayDoubted(earlierSelves(done.newDevices, self), needs);
  if (!dryRun) await confirmRestored(done, backup, home);
  if (!dryRun) await restoreNotes(notesOf(done, backup), home);
  if (!dryRun && home.folder.read(UNFINISHED) !== undefined) home.folder.remove(UNFINISHED);
  for (const { account, notes } of done.steps)
    for (const text of notes) note(needs, `${quoted(account.name)} ${printable(text, MOST_SAID)}`);
  if (json) needs.stdout.write(`${printableJson(restoreJson(done, backup))}\n`);
  else if (dryRun) needs.stdout.write(listing(done));
  note(needs, summary(done, dryRun));
  if (backup.faults.length > 0) throw new Exit(ExitCode.failed);
}

/** Each account of the backup as it is here, with the note that the backup has of it: there is a step for each. */
function notesOf({ steps }: Plan, { content }: ReadBackup) {
  return [...content.accounts, ...content.removed].flatMap(({ kept }, i) => {
    const account = steps[i]?.account;
    return account === undefined || kept === undefined ? [] : [{ account, kept }];
  });
}

/** Whether nothing was ever stored here: then there is no seed store to look in. */
function isNew({ folder, ledger }: Needs<"folder" | "ledger">): boolean {
  return readConfig(folder) === undefined && ledger.accounts().length + ledger.removed().length === 0;
}

async function plan(
  { content }: ReadBackup,
  store: SeedStore | undefined,
  needs: Needs<"random" | "ledger">,
): Promise<Plan> {
  return planMerge(content, {
    accounts: needs.ledger.accounts(),
    // An entry without a date of removal would be an account again.
    removed: needs.ledger.removed().map((one) => ({ ...one, removedAt: one.removedAt ?? one.addedAt })),
    damaged: needs.ledger.damaged(),
    devices: needs.ledger.devices(),
    random: needs.random,
    compare: async (id, enrollment) => (store === undefined ? "missing" : compare(id, enrollment, store)),
  });
}

async function compare(id: string, enrollment: Enrollment, store: SeedStore): Promise<SeedMatch> {
  const kept = await keptSeed(store, id);
  if (kept === "missing") return "missing";
  return kept !== "damaged" && sameCodes(kept, enrollment) ? "same" : "other";
}

function hasWork({ steps, isChanged }: Plan): boolean {
  return isChanged || steps.some(({ write, put }) => write !== "nothing" || put);
}

async function confirm(planned: Plan, needs: Needs<"terminal" | "folder">): Promise<void> {
  const question = `${summary(planned, true)}. Restore into ${quoted(needs.folder.path)}?`;
  if (await needs.terminal()?.confirm(`${question.charAt(0).toUpperCase()}${question.slice(1)}`, true))
    return;
  throw new UserError("nothing was restored", ExitCode.failed);
}

/** Plans again, under the lock. A kill can leave seeds without an entry; the next run finds them. */
async function carryOut(
  backup: ReadBackup,
  { allowMissing = false }: RestoreOptions,
  needs: RestoreBackupNeeds,
): Promise<Plan> {
  const store = await needs.seeds("enroll");
  return needs.ledger.edit(async (edit) => {
    requireStoreInUse(store, needs);
    const planned = await plan(backup, store, needs);
    // What the ledger knows may go back into an empty store; nothing else goes into one that may be the wrong one.
    const isMore = planned.steps.some(({ write, put }) => write === "add" && put);
    if (isMore && !allowMissing) await requireStoreOpens(needs.ledger.accounts(), store);
    await putSeeds(planned.steps, store, needs);
    return writeLedger(planned, store, edit, needs);
  });
}

async function putSeeds(
  steps: readonly Step[],
  store: SeedStore,
  needs: Needs<"stderr" | "clock">,
): Promise<void> {
  const due = steps.filter(({ put }) => put);
  const progress = progressOf("storing seed", needs);
  try {
    await store.putAll(
      due.map(({ account, enrollment }) => [account.id, enrollment] as const),
      (done) => progress.at(done, due.length),
    );
  } finally {
    progress.end();
  }
  for (const { account, enrollment } of due) {
    const kept = await store.get(account.id);
    const isSame = codeOf(kept.secret, kept.otp, 1) === codeOf(enrollment.secret, enrollment.otp, 1);
    if (isSame && sameCodes(kept, enrollment)) continue;
    throw new UserError(
      `the seed store returned a different seed for ${quoted(account.name)}`,
      ExitCode.failed,
      ["no account was restored; is another program changing the store?"],
    );
  }
}

/** Writes the devices first, because copies refer to them; then all new accounts in one step. */
async function writeLedger(
  planned: Plan,
  store: SeedStore,
  edit: LedgerEdit,
  needs: RestoreBackupNeeds,
): Promise<Plan> {
  const { devices, isChanged } = planned;
  if (isChanged) edit.saveDevices(devices);
  const isAdded = planned.steps.some(({ status }) => status === "added");
  const { device: here, doubted = [] } = (isAdded && (await enterComputer(edit, needs))) || {};
  const now = new Date(needs.clock.now()).toISOString();
  const steps = planned.steps.map((step): Step => {
    const { status, found } = step;
    // The backup does not know that a computer in it may be this one.
    const known = withDoubts(step.account, doubted, now);
    const account = status === "added" ? heldBy(known, here?.id, now) : known;
    // Another data folder may use the same entry of the keyring.
    const isShared = found && store.kind === "keyring";
    return { ...step, account: isShared ? { ...account, adopted: true } : account };
  });
  const toWrite = (how: Step["write"]) =>
    steps.filter(({ write }) => write === how).map(({ account }) => account);
  edit.addAll(toWrite("add"));
  for (const account of toWrite("rebuild")) writeRebuilt(account, edit, needs);
  for (const account of toWrite("update")) edit.update(account);
  return { ...planned, steps };
}

/** What was just taken out of the backup, or found to be the same, is in it. */
async function confirmRestored(
  { steps }: Plan,
  { content }: ReadBackup,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Promise<void> {
  const held = steps.filter(({ status }) => status !== "aside").map(({ account }) => account.id);
  await confirmCopies([...new Set(held)], content, undefined, needs);
}

/** The seed is in this computer's store now, whatever the backup says. */
function heldBy(account: Account, device: string | undefined, at: string): Account {
  if (device === undefined || account.copies.some((copy) => copy.device === device)) return account;
  return { ...account, copies: [{ device, addedAt: at, confirmedAt: at }, ...account.copies] };
}
