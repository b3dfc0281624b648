/** `doctor`: checks the data folder, the seed store and the ledger, and says what fixes them. Changes nothing unless asked. */

import type { Command } from "commander";
import { Exit, ExitCode } from "../../base/errors.ts";
import { printableJson } from "../../base/printable.ts";
import { examples } from "../../talk/examples.ts";
import { count, note } from "../../talk/say.ts";
import type { Needs, World } from "../../world.ts";
import { checkKeyring, repairKeyring } from "./check-keyring.ts";
import { checkFiles, checkLedger } from "./check-ledger.ts";
import { checkMac } from "./check-mac.ts";
import { checkNotes } from "./check-notes.ts";
import { type CheckSeedsNeeds, checkSeeds, type SeedsFound } from "./check-seeds.ts";
import { checkSharing, checkSync, repairSharing } from "./check-sharing.ts";
import { checkSlots, findStore, type StoreFound } from "./check-store.ts";
import {
  type CheckSurroundingsNeeds,
  type ClockOptions,
  checkClocks,
  checkLease,
  checkVersions,
  requireSources,
} from "./check-surroundings.ts";
import { formatLine, type Line, lineJson, REPAIR } from "./lines.ts";
import { repairConfig, repairFiles, repairLedger, repairSeeds } from "./repair.ts";
import { repairDates } from "./repair-dates.ts";

type DoctorNeeds = Needs<
  | "stdout"
  | "computer"
  | "terminal"
  | "workTree"
  | "networkTime"
  | "sharedKeys"
  | "mac"
  | "notes"
  | "keyringProvider"
> &
  CheckSurroundingsNeeds &
  CheckSeedsNeeds;

export interface DoctorOptions extends ClockOptions {
  repair?: boolean;
  json?: boolean;
}

export function registerDoctor(program: Command, world: World): void {
  program
    .command("doctor")
    .description("check the data folder, seed store and ledger, and say how to fix them")
    .option("--repair", "fix what can be fixed, and rebuild lost accounts from their seeds")
    .option("--clock <url>", "compare the clock with the Date header of an HTTP server")
    .option("--ntp <host>", "compare the clock with a time server")
    .option("--json", "print as JSON")
    .action((options: DoctorOptions) => doctor(options, world));
  examples(
    program,
    "doctor",
    "twinseed doctor",
    "twinseed doctor --repair",
    "twinseed doctor --ntp pool.ntp.org",
  );
}

/** Throws Exit: 6 if the seed store is locked or missing, 1 if something else is wrong. */
export async function doctor(options: DoctorOptions, needs: DoctorNeeds): Promise<void> {
  requireSources(options);
  const repaired: string[] = [];
  const report = (sentences: readonly string[]): boolean => {
    for (const sentence of sentences) note(needs, sentence);
    repaired.push(...sentences);
    return sentences.length > 0;
  };
  if (options.repair) report(await repairFiles(needs));
  let store = await findStore(needs);
  if (options.repair && report(await repairConfig(store, needs))) store = await findStore(needs);
  let seeds = await inspectSeeds(store, needs);
  if (options.repair && report(await repairLedger(seeds, needs))) seeds = await inspectSeeds(store, needs);
  if (options.repair && report(await repairSeeds(store, seeds, needs)))
    seeds = await inspectSeeds(store, needs);
  const usesKeyring = store.kind === "keyring";
  if (options.repair && usesKeyring) report(await repairKeyring(seeds, needs));
  const keyring = usesKeyring ? await checkKeyring(seeds, needs) : [];
  const clocks = await checkClocks(options, needs);
  if (options.repair) report(await repairDates(clocks, needs));
  let sharing = await checkSharing(store.kind, seeds.lines, needs);
  if (options.repair && report(await repairSharing(sharing, needs)))
    sharing = await checkSharing(store.kind, seeds.lines, needs);
  const shared = [...sharing, ...(await checkSync(needs))];

  const isOpen = !seeds.lines.some(({ isLocked }) => isLocked);
  const notes = await checkNotes(isOpen, needs);
  const slots = store.kind === "file" ? checkSlots(needs) : [];
  const lines = [
    checkVersions(needs),
    ...(await checkFiles(needs)),
    ...store.lines,
    ...(await checkMac(store.kind, needs)),
    ...keyring,
    ...slots,
    ...checkLedger(needs),
    ...clocks,
    ...(hasFault(store.lines) ? [] : await checkLease(needs)),
    ...seeds.lines,
    ...notes,
    ...shared,
  ];
  const faults = lines.filter(({ state }) => state === "wrong");
  if (options.json) {
    const result = { version: 1, ok: faults.length === 0, checks: lines.map(lineJson), repaired };
    needs.stdout.write(`${printableJson(result)}\n`);
  } else for (const line of lines) needs.stdout.write(`${formatLine(line)}\n`);
  if (faults.length > 0) throw new Exit(conclude(faults, needs));
}

async function inspectSeeds({ kind }: StoreFound, needs: DoctorNeeds): Promise<SeedsFound> {
  if (kind !== undefined) return checkSeeds(kind, needs);
  return { lines: [], opened: [], altered: [], damaged: [], orphans: [] };
}

/** Whether config.json is damaged: then it does not name a lease engine either. */
function hasFault(lines: readonly Line[]): boolean {
  return lines.some(({ check, state }) => check === "config" && state === "wrong");
}

function conclude(faults: readonly Line[], needs: Needs<"stderr">): ExitCode {
  const fixable = faults.some(({ fix }) => fix?.startsWith(REPAIR));
  const how = fixable ? `; fix what can be fixed with: ${REPAIR}` : "";
  note(needs, `${count(faults.length, "problem")} found${how}`);
  return faults.some(({ isLocked }) => isLocked) ? ExitCode.locked : ExitCode.failed;
}
