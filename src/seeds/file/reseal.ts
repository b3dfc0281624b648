/** Seals every seed that is sealed with an older data key with the current one. Reads each back; never removes one. */

import { ExitCode, UserError } from "../../base/errors.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { isSame, notReadBackError, textOf } from "../seed-text.ts";
import { dataKeys } from "./data-keys.ts";
import { fileOf, formatSealed, readSealed, sealedIds } from "./sealed-file.ts";
import type { DataKey, Unlocked } from "./slots.ts";

/** After this many seeds, timers get to run, which renew the data folder's lock. */
const AT_ONCE = 20;

export async function resealAll(
  folder: DataFolder,
  unlocked: Unlocked,
  random: (bytes: number) => Uint8Array,
): Promise<{ seeds: number; unopened: string[] }> {
  const known = await dataKeys(folder, unlocked);
  const unopened: string[] = [];
  let seeds = 0;
  for (const [i, id] of sealedIds(folder).entries()) {
    if (i % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    try {
      if (await reseal(folder, unlocked.dataKey, known, id, random)) seeds += 1;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unopened.push(error.message);
    }
  }
  return { seeds, unopened };
}

/** Ids of seeds that are sealed with any other key. */
export function sealedWithOthers(folder: DataFolder, keyId: string): string[] {
  return sealedIds(folder).filter((id) => parseFields(folder.read(fileOf(id)) ?? "").key !== keyId);
}

/** Returns whether the seed had to be sealed again. */
async function reseal(
  folder: DataFolder,
  dataKey: DataKey,
  known: ReadonlyMap<string, DataKey>,
  id: string,
  random: (bytes: number) => Uint8Array,
): Promise<boolean> {
  const file = fileOf(id);
  const before = folder.read(file) ?? "";
  const enrollment = await readSealed(folder, dataKey, id, async (key) => known.get(key));
  if (parseFields(before).key === dataKey.id) return false;
  folder.write(file, formatSealed(id, dataKey, Buffer.from(textOf(id, enrollment)), random));
  try {
    if (isSame(await readSealed(folder, dataKey, id, async () => undefined), enrollment)) return true;
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
  }
  folder.write(file, before);
  throw notReadBackError(id);
}
