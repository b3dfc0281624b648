/** Seals every seed that is sealed with an older data key with the current one. Reads each back; never removes one. */

import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { resealedNotes } from "../notes/reseal-notes.ts";
import { isSame, notReadBackError, textOf } from "../seed-text.ts";
import type { DataKey } from "./data-key.ts";
import { dataKeys } from "./data-keys.ts";
import { fileOf, formatSealed, idIn, openedWith, opensWith, readSealed, sealedIds } from "./sealed-file.ts";
import type { Unlocked } from "./slots.ts";

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
  const notes = resealedNotes(folder, known, unlocked.dataKey, random);
  for (const [name, text] of notes.texts) folder.write(name, text);
  return { seeds, unopened: [...unopened, ...notes.unopened] };
}

/**
 * What every seed's file will be, sealed with `fresh`, and what it is now. `known`: the keys that the seeds may be sealed with. Each
 * new text is opened and compared before this returns.
 */
export async function resealedTexts(
  folder: DataFolder,
  known: ReadonlyMap<string, DataKey>,
  fresh: DataKey,
  random: (bytes: number) => Uint8Array,
  progress: (done: number, all: number) => void = () => {},
): Promise<{ texts: Map<string, string>; before: Map<string, string>; unopened: string[] }> {
  const texts = new Map<string, string>();
  const before = new Map<string, string>();
  const unopened: string[] = [];
  const ids = sealedIds(folder);
  for (const [i, id] of ids.entries()) {
    if (i % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    progress(i, ids.length);
    const file = fileOf(id);
    const now = attempt(() => folder.read(file) ?? "");
    try {
      const enrollment = await readSealed(folder, fresh, id, async (key) => known.get(key));
      const text = formatSealed(id, fresh, Buffer.from(textOf(id, enrollment)), random);
      if (!opensWith(new Map([[fresh.id, fresh]]), file, text)) throw notReadBackError(id);
      texts.set(file, text);
      before.set(file, String(now));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unopened.push(error.message);
    }
  }
  return { texts, before, unopened };
}

/** The text of a seed's file, sealed with `key`; undefined if none of `known` opens it. */
export function resealText(
  name: string,
  text: string,
  known: ReadonlyMap<string, DataKey>,
  key: DataKey,
  random: (bytes: number) => Uint8Array,
): string | undefined {
  const opened = openedWith(known, name, text);
  if (opened === undefined) return undefined;
  return formatSealed(idIn(name), key, Buffer.from(textOf(idIn(name), opened)), random);
}

/** Ids of seeds that are sealed with any other key. */
export function sealedWithOthers(folder: DataFolder, keyId: string): string[] {
  return sealedIds(folder).filter((id) => {
    const text = folder.read(fileOf(id));
    return text !== undefined && parseFields(text).key !== keyId; // else it has just been moved
  });
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
