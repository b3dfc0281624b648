/** Merges two sides' versions of the file store's files. Needs no key; docs/sync.md has the rules. Pure. */
import { attempt, UserError } from "../../base/errors.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import { parseSlot } from "./slot-file.ts";

type Files = ReadonlyMap<string, string>;

const SEED = /^seeds\/[a-z0-9]+\.json$/;
const KEY = /^(keys\/[a-z0-9][a-z0-9-]*\.(json|age)|recipients\/[a-z0-9]+\.json)$/;

export function isSealedFile(name: string): boolean {
  return SEED.test(name) || KEY.test(name);
}

export function mergeSealedFiles(base: Files, ours: Files, theirs: Files): Map<string, string> {
  const merged = new Map<string, string>();
  const names = [...new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])].sort();
  for (const name of names.filter((one) => KEY.test(one))) {
    const text = mergeKeyFile(base.get(name), ours.get(name), theirs.get(name));
    if (text !== undefined) merged.set(name, text);
  }
  const superseded = supersededBy(merged);
  for (const name of names.filter((one) => SEED.test(one))) {
    const text = mergeSeed(base.get(name), ours.get(name), theirs.get(name), superseded);
    if (text !== undefined) merged.set(name, text);
  }
  return merged;
}

/** A file that one side removed is gone: that side has replaced it, or has removed someone's access. */
function mergeKeyFile(base?: string, ours?: string, theirs?: string): string | undefined {
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  if (ours === undefined || theirs === undefined) return base === undefined ? (ours ?? theirs) : undefined;
  return ours < theirs ? theirs : ours;
}

/** A seed never disappears; the only change to it is another key that it is sealed with. */
function mergeSeed(
  base: string | undefined,
  ours: string | undefined,
  theirs: string | undefined,
  superseded: ReadonlySet<string>,
): string | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs ?? base;
  if (ours === theirs || theirs === base) return isSound(ours) ? ours : theirs;
  if (ours === base) return isSound(theirs) ? theirs : ours;
  const rank = (text: string): string => {
    const { key } = parseFields(text);
    if (typeof key !== "string") return "0";
    return `${superseded.has(key) ? 1 : 2} ${key} ${text}`;
  };
  return rank(ours) > rank(theirs) ? ours : theirs;
}

function isSound(text: string): boolean {
  return typeof parseFields(text).sealed === "string";
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
