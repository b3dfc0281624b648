/** The tree of groups and entries in a KeePass 2 database, from a .kdbx file or an XML export. */
import type { Element } from "@xmldom/xmldom";
import { LIMITS } from "../base/limits.ts";
import { collect, EntryFault, joinReadings, whoOf } from "./entries.ts";
import { type RawNote, withEntryNotes } from "./entry-note.ts";
import { unreadable } from "./faults.ts";
import { type Field, type Item, placeIn, placeOf } from "./field.ts";
import type { Reading } from "./format.ts";
import { type Fields, WAYS } from "./keepass-fields.ts";
import { saysOneTime } from "./one-time-names.ts";
import { addStrays } from "./strays.ts";
import { namedOnly } from "./uri-entry.ts";
import { childrenOf, elementsOf } from "./xml.ts";

interface KeePassEntry {
  readonly at: string;
  readonly element: Element;
  readonly fields: Fields;
  readonly trashed: boolean;
}

const TRASHED = "it is in the recycle bin";
const EARLIER = "it is in an earlier version of the entry";

/** Returns an element's value, or undefined if it is encrypted and can't be decrypted. */
export type Reveal = (value: Element) => string | undefined;

/** Earlier versions of entries (History) never come in, but a seed that is only there is named. Throws UserError (exit 5). */
export async function readTree(file: Element, reveal: Reveal): Promise<Reading> {
  const [meta] = childrenOf(file, "Meta");
  const bin = meta && childrenOf(meta, "RecycleBinUUID")[0]?.textContent?.trim();
  const found = childrenOf(file, "Root").flatMap((root) => entriesUnder(root, isSet(bin), reveal));
  const entries = found.map((entry, i) => ({ ...entry, at: `entry ${i + 1}` }));
  const byPlace = new Map(entries.map(({ at, fields }) => [at, fields]));
  const known = withEntryNotes(joinReadings(entries.map(readEntry)), (at) => noteOf(byPlace.get(at)));
  const own = entries.flatMap(({ at, fields, trashed }) =>
    fieldsOf(fields, at, { ...itemOf(fields), fault: trashed ? TRASHED : undefined }),
  );
  return addStrays(known, [...own, ...fieldsElsewhere(file, entries, reveal)]);
}

function noteOf(fields: Fields | undefined): RawNote {
  return { text: fields?.get("Notes"), fields: [...(fields ?? [])] };
}

/** The id is all zeros if there is no recycle bin. */
function isSet(uuid: string | undefined): string | undefined {
  return uuid === undefined || /^(A*=*)$/.test(uuid) ? undefined : uuid;
}

function entriesUnder(root: Element, bin: string | undefined, reveal: Reveal): Omit<KeePassEntry, "at">[] {
  const found: Omit<KeePassEntry, "at">[] = [];
  const visit = (group: Element, trashed: boolean, depth: number): void => {
    if (depth > LIMITS.jsonDepth) throw unreadable("KeePass", "has groups nested too deeply");
    for (const child of childrenOf(group)) {
      if (child.tagName === "Entry")
        found.push({ element: child, fields: stringsOf(child, reveal), trashed });
      if (child.tagName === "Group") visit(child, trashed || isBin(child, bin), depth + 1);
    }
  };
  visit(root, false, 0);
  return found;
}

function isBin(group: Element, bin: string | undefined): boolean {
  return bin !== undefined && childrenOf(group, "UUID")[0]?.textContent?.trim() === bin;
}

function stringsOf(entry: Element, reveal: Reveal): Fields {
  const fields = new Map<string, string | undefined>();
  for (const pair of childrenOf(entry, "String")) {
    const [key, value] = [childrenOf(pair, "Key")[0], childrenOf(pair, "Value")[0]];
    if (key !== undefined && value !== undefined) fields.set(key.textContent ?? "", reveal(value));
  }
  return fields;
}

/** What the known fields hold. One that can't be used does not hide the others. */
function readEntry({ at, fields, trashed }: KeePassEntry): Reading {
  const readings = WAYS.map((way) =>
    collect(
      [way],
      ({ names, read }) => ([...fields.keys()].some((name) => names.test(name)) ? read(fields) : undefined),
      () => whoOf(fields.get("Title"), fields.get("UserName")),
      () => at,
    ),
  );
  const reading = withoutRepeats(joinReadings([...readings, sealedFields(at, fields)]));
  return trashed ? namedOnly(reading, TRASHED) : reading;
}

/** Of the fields that WAYS does not know. */
function sealedFields(at: string, fields: Fields): Reading {
  const sealed = [...fields].filter(
    ([name, value]) =>
      value === undefined && saysOneTime(name) && !WAYS.some(({ names }) => names.test(name)),
  );
  return collect(
    sealed,
    () => {
      throw new EntryFault("its fields are still encrypted");
    },
    () => whoOf(fields.get("Title"), fields.get("UserName")),
    (_, [name]) => placeIn(at, placeOf(name)),
  );
}

/** Programs keep the same seed in two ways, so that others find it. */
function withoutRepeats({ entries, ...rest }: Reading): Reading {
  const isFirst = ({ enrollment }: Reading["entries"][number], i: number): boolean =>
    !entries.slice(0, i).some((earlier) => earlier.enrollment.secret.equals(enrollment.secret));
  return { ...rest, entries: entries.filter(isFirst) };
}

function itemOf(fields: Fields): Item {
  return { title: fields.get("Title") ?? "", user: fields.get("UserName") ?? "" };
}

/** A bare key in a field that WAYS knows has been read, with its encoding and the parameters next to it. */
function fieldsOf(fields: Fields, at: string, item: Item): Field[] {
  return [...fields]
    .map(([name, value = ""]) => ({ ...item, at: placeIn(at, placeOf(name)), name, value }))
    .filter(({ name, value }) => value.includes("://") || !WAYS.some(({ names }) => names.test(name)));
}

/** Everything that is not a field of an entry: names and notes of groups, tags, data of plugins, earlier versions. */
function fieldsElsewhere(file: Element, entries: readonly KeePassEntry[], reveal: Reveal): Field[] {
  const places = new Map(entries.map(({ element, at }) => [element, at]));
  const fields: Field[] = [];
  let at = "";
  for (const element of elementsOf(file)) {
    at = places.get(element) ?? (element.tagName === "Group" ? "a group" : at);
    if (childrenOf(element).length > 0) continue;
    const around = isEarlier(element)
      ? { at: placeIn(at, "history"), fault: EARLIER }
      : { at: placeIn(at, element.tagName) };
    fields.push({ ...around, name: "", value: reveal(element) ?? "", title: "", user: "" });
  }
  return fields;
}

function isEarlier(element: Element): boolean {
  for (let node = element.parentNode; node !== null; node = node.parentNode)
    if (node.nodeName === "History") return true;
  return false;
}
