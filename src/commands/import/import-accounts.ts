/** What `import` does: reads everything, shows what it would import, asks, stores it in one step, and cleans up. */

import { Exit, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { EXPORTS, sayDeletions } from "../../intake/delete-files.ts";
import { judgeExport, requireOwnExport, sayDifferences } from "../../intake/judge-export.ts";
import {
  type ReadExportsNeeds,
  type ReadOptions,
  readSources,
  type Source,
} from "../../intake/read-exports.ts";
import type { Device } from "../../ledger/account.ts";
import { defaultName, type Enrollment } from "../../otp/enrollment.ts";
import { accountJson } from "../../talk/json.ts";
import { progressOf } from "../../talk/progress.ts";
import { count, note, quoted, warn } from "../../talk/say.ts";
import { compareExport, type ExportComparison } from "../../vault/compare-export.ts";
import { enroll, isUsable } from "../../vault/enroll-accounts.ts";
import type { Enrolled, EnrollNeeds, EnrollOptions, EnrollRequest } from "../../vault/enrolled.ts";
import { namedDevice } from "../../vault/named-device.ts";
import { deadSentence } from "../../vault/remembered-seeds.ts";
import type { Needs } from "../../world.ts";
import { advanceCounters, isAhead } from "./advance-counters.ts";
import { type CleanUpOptions, cleanUp, filesOf } from "./clean-up.ts";
import { type EntryNote, importNotes, sayNotes } from "./import-notes.ts";
import { listing } from "./listing.ts";

type ImportAccountsNeeds = Needs<"stdout" | "notes"> & ReadExportsNeeds & EnrollNeeds;

export interface ImportOptions extends ReadOptions, CleanUpOptions {
  device?: string;
  forceOld?: boolean;
  allowMissing?: boolean;
  dryRun?: boolean;
}

export async function importAccounts(
  names: readonly string[],
  options: ImportOptions,
  needs: ImportAccountsNeeds,
): Promise<void> {
  const { dryRun = false, yes = false } = options;
  if (options.json && !yes && !dryRun) throw usageError("--json never prompts: add --yes or --dry-run");
  if (!yes && !dryRun && needs.terminal() === undefined) {
    throw usageError("no terminal to confirm on", "skip the prompt with --yes, or preview with --dry-run");
  }
  const sources = await readSources(names, options, needs);
  if (options.device !== undefined) requireOwnExport(options.device, sources, needs);
  const { wanted, places, notes, skipped } = await wantedIn(sources, needs);
  if (wanted.length === 0) throw nothingFound(sources);

  sayNotes(notes, options.notes ?? false, needs);
  const { forceOld = false, allowMissing = false } = options;
  const accepted = { conflicts: "number", forceOld, allowMissing } as const;
  const plans = await enroll(wanted, { ...accepted, dryRun: true }, needs);
  warnOfDeadSeeds(plans, needs);
  if (!options.json) needs.stdout.write(listing(plans, places, needs));
  const comparison = await compareExport(
    wanted.map(({ enrollment }) => enrollment),
    needs,
  );
  if (dryRun) {
    note(needs, `${summary(plans, sources, skipped, "would be imported")}; nothing was written`);
    if (options.deleteFile) await sayDeletions(filesOf(sources, options.notes ?? false), EXPORTS, needs);
    if (options.json) printJson(plans, needs);
    return;
  }
  if (!yes && !(await confirmed(plans, needs))) {
    note(needs, "nothing was imported");
    throw new Exit(ExitCode.failed);
  }
  const device = await deviceFor(options, needs);
  const enrolled = await store(wanted, accepted, device, needs);
  if (device !== undefined) await judge(device, enrolled, comparison, sources, needs);
  if (options.json) printJson(enrolled, needs);
  note(needs, summary(enrolled, sources, skipped, "imported"));
  if (options.notes) await importNotes(enrolled, notes, needs);
  await cleanUp(sources, options, needs);
}

/** Warns of each entry that can't be used, with its place. */
async function wantedIn(
  sources: readonly Source[],
  needs: Needs<"stderr">,
): Promise<{ wanted: EnrollRequest[]; places: string[]; notes: EntryNote[]; skipped: number }> {
  const { missingParts } = await import("../../formats/google-migration.ts");
  const wanted: EnrollRequest[] = [];
  const places: string[] = [];
  const notes: EntryNote[] = [];
  let skipped = 0;
  const skip = (from: string, at: string, who: string, reason: string): void => {
    skipped += 1;
    const name = who === "" ? "" : ` (${printable(who)})`;
    warn(needs, `skipped ${from}, ${at}${name}: ${reason}`);
  };
  for (const source of sources) {
    for (const { at, who, reason } of source.skipped) skip(source.from, at, who, reason);
    for (const entry of source.entries) {
      const { at, enrollment, name = nameOf(enrollment, source.app, at) } = entry;
      if (isUsable(enrollment)) {
        wanted.push({ enrollment, name });
        notes.push(entry);
        places.push(source.isProse ? (sources.length > 1 ? `${source.from}, ${at}` : at) : "");
      } else
        skip(source.from, at, defaultName(enrollment), "5-digit codes from the issuer Steam are Steam codes");
    }
    for (const text of source.notes ?? []) note(needs, `${source.from}: ${text}`);
  }
  for (const missing of missingParts(sources.flatMap(({ parts }) => parts ?? []))) warn(needs, missing);
  return { wanted, places, notes, skipped };
}

/** Each account needs a name here; its otpauth URI stays without one. */
function nameOf(enrollment: Enrollment, app: string, at: string): string {
  return defaultName(enrollment) || `${app} ${at}`;
}

function nothingFound(sources: readonly Source[]): UserError {
  const [one, ...others] = sources;
  const where = others.length === 0 && one ? `${one.from} (${one.app})` : "these files";
  return new UserError(`found no account with a one-time password in ${where}`, ExitCode.unreadable, [
    "nothing was imported",
  ]);
}

function warnOfDeadSeeds(plans: readonly Enrolled[], needs: Needs<"stderr">): void {
  const dead = new Map(plans.flatMap((one) => (one.status === "dead" ? [[one.account.id, one]] : [])));
  for (const { account, newer } of dead.values()) {
    if (newer === undefined) continue;
    warn(
      needs,
      `left out ${quoted(account.name)}: ${deadSentence(account, newer)}; if the service uses it again: --force-old`,
    );
  }
}

async function confirmed(plans: readonly Enrolled[], needs: Needs<"stderr" | "terminal">): Promise<boolean> {
  const coming = plans.filter(({ status }) => status === "added" || status === "restored").length;
  const counters = plans.filter(isAhead).length;
  if (coming + counters === 0) return true;
  const terminal = needs.terminal();
  if (terminal === undefined) return false;
  note(needs, "compare a code or two with the app: only a correct seed shows the same code");
  const parts = [
    ...(coming > 0 ? [`Import ${count(coming, "account")}`] : []),
    ...(counters > 0 ? [`${coming > 0 ? "advance" : "Advance"} ${count(counters, "counter")}`] : []),
  ];
  return terminal.confirm(`${parts.join(", and ")}?`, true);
}

async function deviceFor(
  { device, yes }: ImportOptions,
  needs: ImportAccountsNeeds,
): Promise<Device | undefined> {
  if (device === undefined) return undefined;
  const terminal = yes ? undefined : needs.terminal();
  return namedDevice(device, undefined, terminal && ((question) => terminal.ask(question)), needs);
}

/** What the device exported, it has: the accounts that were here and those that are new. */
async function judge(
  device: Device,
  enrolled: readonly Enrolled[],
  comparison: ExportComparison,
  sources: readonly Source[],
  needs: ImportAccountsNeeds,
): Promise<void> {
  const same = enrolled.filter(({ status }) => status !== "dead").map(({ account }) => account);
  const judged = await judgeExport(device, { ...comparison, same }, sources, needs);
  sayDifferences(device, comparison, judged, needs);
  const { missing } = comparison;
  if (missing.length > 0)
    note(
      needs,
      `not in the export of ${quoted(device.name)}: ${missing.map(({ name }) => quoted(name)).join(", ")}`,
    );
  note(needs, `confirmed ${count(judged.confirmed.length, "account")} on ${quoted(device.name)}`);
}

async function store(
  wanted: readonly EnrollRequest[],
  accepted: Pick<EnrollOptions, "conflicts" | "forceOld" | "allowMissing">,
  device: Device | undefined,
  needs: ImportAccountsNeeds,
): Promise<Enrolled[]> {
  const progress = progressOf("storing", needs);
  const options = { ...accepted, dryRun: false, progress: progress.at };
  try {
    const enrolled = await enroll(
      wanted,
      device === undefined ? options : { ...options, alsoOn: device },
      needs,
    );
    progress.end();
    await advanceCounters(enrolled, needs);
    return enrolled;
  } finally {
    progress.end();
  }
}

function summary(
  enrolled: readonly Enrolled[],
  sources: readonly Source[],
  skipped: number,
  verb: string,
): string {
  const added = enrolled.filter(({ status }) => status === "added" || status === "restored");
  const restored = added.filter(({ status }) => status === "restored").length;
  const dead = enrolled.filter(({ status }) => status === "dead").length;
  const ids = new Set(added.map(({ account }) => account.id));
  const twice = enrolled.filter(({ status, account }) => status === "exists" && ids.has(account.id)).length;
  const there = enrolled.length - added.length - twice - dead;
  const apps = [...new Set(sources.map(({ app }) => app))].join(" and ");
  const parts = [
    verb === "imported"
      ? `imported ${count(added.length, "account")} from ${apps}`
      : `${count(added.length, "account")} from ${apps} ${verb}`,
    ...(restored > 0 ? [`${restored} of them restored`] : []),
    ...(there > 0 ? [`${there} here already`] : []),
    ...(dead > 0 ? [`${dead} with an old seed left out`] : []),
    ...(twice > 0 ? [count(twice, "duplicate")] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return parts.join("; ");
}

function printJson(enrolled: readonly Enrolled[], needs: Needs<"stdout">): void {
  const results = enrolled.map(({ status, account }) => ({ status, account: accountJson(account) }));
  needs.stdout.write(`${printableJson(results)}\n`);
}
