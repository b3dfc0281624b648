/**
 * What is not shared yet: a seed or a note that is sealed with a key that isn't current. Someone may have been removed meanwhile, and still
 * opens that key. Its account waits with it, and so does the end of the account that it replaces. Pure.
 */
import { parseFields } from "../base/untrusted-json.ts";
import type { ReadEntry } from "../members/entry.ts";
import { waiting } from "../seeds/file/merge-sealed.ts";
import type { Files } from "./commit-content.ts";

export interface HeldBack {
  /** The ids of the accounts whose seeds wait. */
  readonly ids: readonly string[];
  /** All files that stay as they are on this computer. */
  readonly names: ReadonlySet<string>;
}

/** `others`: what has been shared already, by us or by others; `path`: the list of members. */
export function heldBack(own: Files, others: readonly Files[], path: readonly ReadEntry[]): HeldBack {
  const found = waiting(own, others, path).map((name) => name.replace(/^(seeds|notes)\/|\.json$/g, ""));
  const ids = [...new Set(found)];
  const names = ids.flatMap((id) => [
    ...[`seeds/${id}.json`, `notes/${id}.json`],
    ...[`accounts/${id}.json`, `removed/${id}.json`],
  ]);
  for (const [name, text] of own) {
    const id = /^removed\/([a-z0-9]+)\.json$/.exec(name)?.[1];
    if (id === undefined) continue;
    const { replacedBy } = parseFields(text);
    if (typeof replacedBy === "string" && ids.includes(replacedBy)) names.push(name, `accounts/${id}.json`);
  }
  return { ids, names: new Set(names) };
}

/** The files, with those that are held back as they were shared last. */
export function withoutHeld(files: Files, { names }: HeldBack, committed: Files): Map<string, string> {
  return exchanged(files, names, committed);
}

/** The files, with those that are held back as they are on this computer. */
export function withHeld(files: Files, { names }: HeldBack, own: Files): Map<string, string> {
  return exchanged(files, names, own);
}

function exchanged(files: Files, names: ReadonlySet<string>, from: Files): Map<string, string> {
  const result = new Map(files);
  for (const name of names) {
    const text = from.get(name);
    if (text === undefined) result.delete(name);
    else result.set(name, text);
  }
  return result;
}
