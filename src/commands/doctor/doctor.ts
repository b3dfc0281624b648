/** `doctor`: whether all is well with data folder, seed store and ledger, and what mends it. Changes nothing unasked. */
import type { Command } from "commander";
import { Exit, ExitCode } from "../../base/errors.ts";
import { printableJson } from "../../base/printable.ts";
import { examples } from "../../talk/examples.ts";
import { count, note } from "../../talk/say.ts";
import type { World } from "../../world.ts";
import { checkFiles, checkLedger } from "./check-ledger.ts";
import { checkSeeds, type SeedsFound } from "./check-seeds.ts";
import { checkSharing, checkSync, repairSharing } from "./check-sharing.ts";
import { checkSlots, findStore, type StoreFound } from "./check-store.ts";
import {
  type ClockOptions,
  checkClocks,
  checkLease,
  checkVersions,
  demandSources,
} from "./check-surroundings.ts";
import { formatLine, type Line, lineJson, REPAIR } from "./lines.ts";
import { repairConfig, repairFiles, repairLedger } from "./repair.ts";

export interface DoctorOptions extends ClockOptions {
  repair?: boolean;
  json?: boolean;
}

export function registerDoctor(program: Command, ctx: World): void {
  program
    .command("doctor")
    .description("check data folder, seed store and ledger, and say what mends them")
    .option("--repair", "mend what can be mended, and rebuild lost accounts from their seeds")
    .option("--clock <url>", "compare the clock with the Date of an HTTP server")
    .option("--ntp <host>", "compare the clock with a time server")
    .option("--json", "as JSON")
    .action((options: DoctorOptions) => doctor(options, ctx));
  examples(
    program,
    "doctor",
    "twinseed doctor",
    "twinseed doctor --repair",
    "twinseed doctor --ntp pool.ntp.org",
  );
}

/** Throws Exit: 6 where the seed store is locked or missing, 1 where something else is wrong. */
export async function doctor(options: DoctorOptions, ctx: World): Promise<void> {
  demandSources(options);
  const repaired: string[] = [];
  const did = (sentences: readonly string[]): boolean => {
    for (const sentence of sentences) note(ctx, sentence);
    repaired.push(...sentences);
    return sentences.length > 0;
  };
  if (options.repair) did(await repairFiles(ctx));
  let store = await findStore(ctx);
  if (options.repair && did(await repairConfig(store, ctx))) store = await findStore(ctx);
  let seeds = await look(store, ctx);
  if (options.repair && did(await repairLedger(seeds, ctx))) seeds = await look(store, ctx);
  let sharing = await checkSharing(store.kind, seeds.lines, ctx);
  if (options.repair && did(await repairSharing(sharing, ctx)))
    sharing = await checkSharing(store.kind, seeds.lines, ctx);
  const shared = [...sharing, ...(await checkSync(ctx))];

  const slots = store.kind === "file" ? checkSlots(ctx) : [];
  const lines = [
    checkVersions(ctx),
    ...(await checkFiles(ctx)),
    ...store.lines,
    ...slots,
    ...checkLedger(ctx),
    ...(await checkClocks(options, ctx)),
    ...(hasFault(store.lines) ? [] : await checkLease(ctx)),
    ...seeds.lines,
    ...shared,
  ];
  const faults = lines.filter(({ state }) => state === "wrong");
  if (options.json) {
    const report = { version: 1, ok: faults.length === 0, checks: lines.map(lineJson), repaired };
    ctx.stdout.write(`${printableJson(report)}\n`);
  } else for (const line of lines) ctx.stdout.write(`${formatLine(line)}\n`);
  if (faults.length > 0) throw new Exit(conclude(faults, ctx));
}

async function look({ kind }: StoreFound, ctx: World): Promise<SeedsFound> {
  if (kind !== undefined) return checkSeeds(kind, ctx);
  return { lines: [], opened: [], altered: [], damaged: [], orphans: [] };
}

/** A damaged config.json says nothing of leases either. */
function hasFault(lines: readonly Line[]): boolean {
  return lines.some(({ check, state }) => check === "config" && state === "wrong");
}

function conclude(faults: readonly Line[], ctx: World): ExitCode {
  const mendable = faults.some(({ mend }) => mend?.startsWith(REPAIR));
  const how = mendable ? `; to mend what can be mended: ${REPAIR}` : "";
  note(ctx, `${count(faults.length, "thing is", "things are")} wrong${how}`);
  return faults.some(({ isLocked }) => isLocked) ? ExitCode.locked : ExitCode.failed;
}
