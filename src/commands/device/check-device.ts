/**
 * `device check`: compares what a device really has, by the export of its app, with the accounts here. The equal ones are
 * confirmed in one go: the export has the very seeds. Imports nothing.
 */
import { Exit, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import {
  comparisonText,
  isWhole,
  judgeExport,
  nameOf,
  requireOwnExport,
  sayDifferences,
} from "../../intake/judge-export.ts";
import {
  type ReadExportsNeeds,
  type ReadOptions,
  readSources,
  type Source,
} from "../../intake/read-exports.ts";
import type { Device } from "../../ledger/account.ts";
import { accountJson } from "../../talk/json.ts";
import { count, note, quoted, warn } from "../../talk/say.ts";
import { compareExport, type ExportComparison } from "../../vault/compare-export.ts";
import type { Judged } from "../../vault/export-proof.ts";
import { namedDevice } from "../../vault/named-device.ts";
import type { Needs } from "../../world.ts";

type CheckNeeds = Needs<"stdout" | "computer" | "random" | "ledger" | "seeds"> & ReadExportsNeeds;

export interface CheckOptions extends ReadOptions {
  json?: boolean;
}

/** Throws Exit: 8 if the device and this computer differ; 1 if they do not as far as the export could be read. */
export async function checkDevice(
  name: string,
  names: readonly string[],
  options: CheckOptions,
  needs: CheckNeeds,
): Promise<void> {
  if (names.length === 0)
    throw usageError(
      "no export to compare with",
      "export from its app, then: twinseed device check NAME EXPORT",
    );
  const sources = await readSources(names, options, needs);
  const there = sources.flatMap(({ entries }) => entries.map(({ enrollment }) => enrollment));
  if (there.length === 0)
    throw new UserError("found no account with a one-time password in the export", ExitCode.unreadable, [
      "nothing was changed",
    ]);
  requireOwnExport(name, sources, needs);
  const terminal = options.json ? undefined : needs.terminal();
  const device = await namedDevice(
    name,
    undefined,
    terminal && ((question) => terminal.ask(question)),
    needs,
  );
  requireApp(device);
  const comparison = await compareExport(there, needs);
  const judged = await judgeExport(device, comparison, sources, needs);
  for (const { from, skipped } of sources)
    for (const { at, who, reason } of skipped)
      warn(needs, `can't compare ${from}, ${at}${who === "" ? "" : ` (${printable(who)})`}: ${reason}`);
  if (options.json) needs.stdout.write(`${printableJson(checkJson(device, comparison, judged, sources))}\n`);
  else {
    needs.stdout.write(comparisonText(comparison));
    sayDifferences(device, comparison, judged, needs);
    note(needs, `confirmed ${count(judged.confirmed.length, "account")} on ${quoted(device.name)}`);
  }
  const { otherSeed, missing, unknown, lostHere } = comparison;
  if ([otherSeed, missing, unknown, lostHere].some(({ length }) => length > 0))
    throw new Exit(ExitCode.findings);
  if (!isWhole(sources)) throw new Exit(ExitCode.failed);
}

/** Backups and paper have no app that exports. */
function requireApp({ name, kind }: Device): void {
  if (kind !== "backup" && kind !== "paper") return;
  throw new UserError(
    `${quoted(name)} is ${kind === "paper" ? "paper" : "a backup"}, which exports nothing`,
    ExitCode.failed,
    [
      kind === "paper"
        ? "scan it with a phone, then: twinseed verify ACCOUNT"
        : "twinseed backup verify FILE",
    ],
  );
}

function checkJson(
  { name }: Device,
  { same, lostHere, otherSeed, missing, unknown }: ExportComparison,
  { confirmed, doubted }: Judged,
  sources: readonly Source[],
) {
  return {
    version: 1,
    device: name,
    complete: isWhole(sources),
    same: same.map(accountJson),
    otherSeed: otherSeed.map(({ account, hasBoth }) => ({ account: accountJson(account), hasBoth })),
    missing: missing.map(accountJson),
    unknown: unknown.map(({ enrollment }) => {
      const { issuer, label } = enrollment;
      return { name: nameOf({ enrollment }), issuer, label };
    }),
    noSeedHere: lostHere.map(accountJson),
    confirmed: confirmed.map(accountJson),
    noLongerConfirmed: doubted.map(accountJson),
  };
}
