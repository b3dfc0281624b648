/**
 * Merges two sides' versions of the ledger's files, based on the version when they last agreed. Pure: file texts in, file
 * texts out. The result is the same whichever side merges, and merging again changes nothing.
 */

import { ExitCode, faultOf, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { objectOf, parseJson } from "../base/untrusted-json.ts";
import { visibleText } from "../base/visible-text.ts";
import { parseAccount } from "./account-file.ts";
import { parseDevices } from "./devices-file.ts";
import { DEVICES } from "./file-names.ts";
import { freeName } from "./free-name.ts";
import { type Entry, type KnownDevices, type MergedEntry, mergeEntries } from "./merge-accounts.ts";
import { devicesIn, mergeDeviceLists } from "./merge-devices.ts";
import { firstOf, sameValue, threeWay } from "./three-way.ts";

/** Texts of files by their name in the data folder. */
export type Files = ReadonlyMap<string, string>;

export interface MergedFiles {
  readonly files: Map<string, string>;
  /** Messages for the user. */
  readonly notes: readonly string[];
}

const ENTRY = /^(accounts|removed)\/([a-z0-9]+)\.json$/;

export function isLedgerFile(name: string): boolean {
  return name === DEVICES || ENTRY.test(name);
}

/** What is wrong with a ledger file; undefined if it can be read. */
export function ledgerFault(name: string, text: string): string | undefined {
  const id = ENTRY.exec(name)?.[2];
  return faultOf(() => (id === undefined ? parseDevices(text) : parseAccount(text, id)));
}

/**
 * Treats damaged files as missing. Only with `sides: "two"` are accounts renamed if both sides have one of the same name.
 * Throws UserError if both sides changed a file that a newer twinseed wrote.
 */
export function mergeLedgerFiles(
  base: Files,
  ours: Files,
  theirs: Files,
  sides: "two" | "own and committed" = "two",
): MergedFiles {
  const [before, a, b] = [readable(base), readable(ours), readable(theirs)];
  const { devices, idOf } = mergeDeviceLists(
    ...triple((files) => devicesIn(files.get(DEVICES)), before, a, b),
  );
  const computers = new Map(
    devices.flatMap((one) => (one.computer === undefined ? [] : [[String(one.id), one] as const])),
  );
  const known: KnownDevices = {
    idOf,
    isComputer: (id) => computers.has(id),
    openedAt(id) {
      const { openedAt } = computers.get(id) ?? {};
      return typeof openedAt === "string" ? openedAt : undefined;
    },
  };
  const files = new Map<string, string>();
  const all = [before, a, b];
  if (all.some((side) => side.has(DEVICES)))
    files.set(DEVICES, textOf({ version: 1, devices }, DEVICES, DEVICES, a, b));
  const ids = new Set(all.flatMap((side) => [...side.keys()].flatMap((name) => ENTRY.exec(name)?.[2] ?? [])));
  const entries = new Map<string, MergedEntry>();
  for (const id of [...ids].sort()) {
    const merged = mergeEntries(...triple((side) => entryIn(side, id), before, a, b), known);
    if (merged !== undefined) entries.set(id, merged);
  }
  const rivals = noteRivals(
    entries,
    triple((side) => side, before, a, b),
  );
  const notes = sides === "two" ? makeNamesUnique(entries) : [];
  for (const pair of rivals) notes.push(rivalNote(pair.map((id) => String(entries.get(id)?.fields.name))));
  for (const [id, { fields, isRemoved, notes: own }] of entries) {
    const name = isRemoved ? `removed/${id}.json` : `accounts/${id}.json`;
    const other = isRemoved ? `accounts/${id}.json` : `removed/${id}.json`;
    files.set(name, textOf(fields, name, other, a, b));
    notes.push(...own.map((note) => `"${printable(String(fields.name))}" ${note}`));
  }
  for (const [name, text] of newer(base, ours, theirs)) files.set(name, text);
  return { files, notes };
}

/** Both sides replaced an account: each gave it another seed. Which of the two works, only the service knows. */
function noteRivals(entries: Map<string, MergedEntry>, [, a, b]: readonly [Files, Files, Files]): string[][] {
  return [...entries.keys()].flatMap((id) => {
    const [one, other] = [a, b].map((side) => entryIn(side, id)?.fields.replacedBy);
    if (typeof one !== "string" || typeof other !== "string" || one === other) return [];
    const pair = [one, other].sort();
    const live = pair.flatMap((key) => {
      const entry = entries.get(key);
      return entry === undefined || entry.isRemoved ? [] : [entry];
    });
    if (live.length < 2) return [];
    for (const [i, entry] of live.entries())
      entries.set(pair[i] ?? "", { ...entry, fields: { ...entry.fields, rival: pair[1 - i] } });
    return [pair];
  });
}

function rivalNote([one = "", other = ""]: readonly string[]): string {
  return (
    `both sides replaced one account: the service accepts only one of the new seeds, "${printable(one)}" or ` +
    `"${printable(other)}": sign in with a code of each, and remove the one that fails: twinseed remove NAME`
  );
}

/** Users could not tell two accounts whose names look the same apart: the older one keeps the name. */
function makeNamesUnique(entries: Map<string, MergedEntry>): string[] {
  const notes: string[] = [];
  const taken = new Set<string>();
  const present = [...entries].filter(([, { isRemoved }]) => !isRemoved);
  const age = ([id, { fields }]: [string, Entry]): string => `${String(fields.addedAt)} ${id}`;
  for (const [id, entry] of present.toSorted((x, y) => (age(x) < age(y) ? -1 : 1))) {
    const was = String(entry.fields.name);
    const name = freeName(was, (one) => taken.has(visibleText(one)));
    taken.add(visibleText(name));
    if (name === was) continue;
    entries.set(id, { ...entry, fields: { ...entry.fields, name } });
    notes.push(`two accounts were called "${printable(was)}": one is now "${printable(name)}"`);
  }
  return notes;
}

/** The text of one of the sides if it has this content, so that no file is rewritten just because of its white space. */
function textOf(content: unknown, name: string, otherName: string, ...sides: readonly Files[]): string {
  const texts = sides.flatMap((side) => [side.get(name) ?? [], side.get(otherName) ?? []].flat());
  const same = texts.filter((text) => sameValue(objectOf(parseJson(text)), content)).sort();
  return same[0] ?? `${JSON.stringify(content, null, 2)}\n`;
}

function entryIn(files: Files, id: string): Entry | undefined {
  const [present, removed] = [files.get(`accounts/${id}.json`), files.get(`removed/${id}.json`)];
  const fields = objectOf(parseJson(present ?? removed ?? ""));
  return fields && { fields, isRemoved: present === undefined || fields.removedAt !== undefined };
}

function readable(files: Files): Files {
  return new Map(
    [...files].filter(([name, text]) => isLedgerFile(name) && ledgerFault(name, text) === undefined),
  );
}

/** Copies files of a newer twinseed unchanged, if only one side changed them. */
function newer(base: Files, ours: Files, theirs: Files): [string, string][] {
  const isNewer = (name: string, files: Files): boolean =>
    /newer/.test(ledgerFault(name, files.get(name) ?? "{}") ?? "");
  const names = new Set([...ours.keys(), ...theirs.keys()].filter(isLedgerFile));
  return [...names].flatMap((name): [string, string][] => {
    if (!isNewer(name, ours) && !isNewer(name, theirs)) return [];
    const text = threeWay(base.get(name), ours.get(name), theirs.get(name), (x, y) => {
      if (x === undefined || y === undefined) return firstOf(x, y);
      throw new UserError(`"${name}" was written by a newer twinseed`, ExitCode.failed, [
        "update twinseed; nothing was changed",
      ]);
    });
    return text === undefined ? [] : [[name, text]];
  });
}

function triple<T>(read: (files: Files) => T, base: Files, ours: Files, theirs: Files): [T, T, T] {
  return [read(base), read(ours), read(theirs)];
}
