/** Merges two sides' versions of the file store's files. Needs no key; docs/sync.md has the rules. Pure. */
import { attempt, UserError } from "../../base/errors.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import { sealedFault } from "./sealed-file.ts";
import { parseSlot } from "./slot-file.ts";

type Files = ReadonlyMap<string, string>;

const SEED = /^seeds\/[a-z0-9]+\.json$/;
const KEY = /^(keys\/[a-z0-9][a-z0-9-]*\.(json|age)|recipients\/[a-z0-9]+\.json)$/;

export function isSealedFile(name: string): boolean {
  return SEED.test(name) || KEY.test(name);
}

/** Whether the text that a seed's file would have opens, as the seed of that account. */
export type Opens = (name: string, text: string) => boolean;

/** `opens`: where the store is open. Then a seed that opens is never replaced by what doesn't. */
export function mergeSealedFiles(
  base: Files,
  ours: Files,
  theirs: Files,
  opens?: Opens,
): Map<string, string> {
  const merged = new Map<string, string>();
  const names = [...new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])].sort();
  for (const name of names.filter((one) => KEY.test(one))) {
    const text = mergeKeyFile(base.get(name), ours.get(name), theirs.get(name));
    if (text !== undefined) merged.set(name, text);
  }
  const superseded = supersededBy(merged);
  for (const name of names.filter((one) => SEED.test(one))) {
    const isGood = (text: string) => sealedFault(name, text) === undefined && (opens?.(name, text) ?? true);
    const text = mergeSeed(base.get(name), ours.get(name), theirs.get(name), superseded, isGood);
    if (text !== undefined) merged.set(name, text);
  }
  return merged;
}

/** Seeds that both sides have, with different texts. */
export function contestedSeeds(ours: Files, theirs: Files): string[] {
  return [...ours].flatMap(([name, text]) =>
    SEED.test(name) && theirs.has(name) && theirs.get(name) !== text ? [name] : [],
  );
}

/** A file that one side removed is gone: that side has replaced it, or has removed someone's access. */
function mergeKeyFile(base?: string, ours?: string, theirs?: string): string | undefined {
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  if (ours === undefined || theirs === undefined) return base === undefined ? (ours ?? theirs) : undefined;
  return ours < theirs ? theirs : ours;
}

function mergeSeed(
  base: string | undefined,
  ours: string | undefined,
  theirs: string | undefined,
  superseded: ReadonlySet<string>,
  isGood: (text: string) => boolean,
): string | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs ?? base;
  if (ours === theirs) return ours;
  const [isOursGood, isTheirsGood] = [isGood(ours), isGood(theirs)];
  if (isOursGood !== isTheirsGood) return isOursGood ? ours : theirs;
  if (theirs === base) return ours;
  if (ours === base) return theirs;
  const rank = (text: string): string => {
    const { key } = parseFields(text);
    if (typeof key !== "string") return "0";
    return `${superseded.has(key) ? 1 : 2} ${key} ${text}`;
  };
  return rank(ours) > rank(theirs) ? ours : theirs;
}

function supersededBy(files: Files): Set<string> {
  const slots = [...files].flatMap(([name, text]) => {
    const [slot] = name.endsWith(".json") && name.startsWith("keys/") ? slotIn(name, text) : [];
    return slot?.kind === "rekey" ? slot.files.flatMap((inner) => slotIn(...inner)) : (slot ?? []);
  });
  return new Set(slots.flatMap((slot) => (slot.kind === "old-key" ? slot.keyId : [])));
}

/** The slot as a list of one; empty if it can't be used. */
function slotIn(name: string, text: string): ReturnType<typeof parseSlot>[] {
  const slot = attempt(() => parseSlot(name, text));
  return slot instanceof UserError ? [] : [slot];
}
