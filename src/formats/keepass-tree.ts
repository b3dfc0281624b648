/** The tree of groups and entries in a KeePass 2 database, from a .kdbx file or an XML export. */
import type { Element } from "@xmldom/xmldom";
import { LIMITS } from "../base/limits.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { collect, EntryFault, whoOf } from "./entries.ts";
import { unreadable } from "./faults.ts";
import type { Reading } from "./format.ts";
import { enrollmentOfFields, type Fields } from "./keepass-fields.ts";
import { childrenOf } from "./xml.ts";

interface KeePassEntry {
  readonly at: string;
  readonly fields: Fields;
  readonly trashed: boolean;
}

/** Returns an element's value, or undefined if it is encrypted and can't be decrypted. */
export type Reveal = (value: Element) => string | undefined;

/** Ignores earlier versions of entries (History). Throws UserError (exit 5). */
export function readTree(file: Element, reveal: Reveal): Reading {
  const [meta] = childrenOf(file, "Meta");
  const bin = meta && childrenOf(meta, "RecycleBinUUID")[0]?.textContent?.trim();
  const entries = childrenOf(file, "Root").flatMap((root) => entriesUnder(root, isSet(bin), reveal));
  const counted = entries.map((entry, i) => ({ ...entry, at: `entry ${i + 1}` }));
  const tried = counted.filter(({ fields }) => mayHaveOtp(fields));
  return collect(tried, readEntry, whoIs, (_, { at }) => at);
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
      if (child.tagName === "Entry") found.push({ fields: fieldsOf(child, reveal), trashed });
      if (child.tagName === "Group") visit(child, trashed || isBin(child, bin), depth + 1);
    }
  };
  visit(root, false, 0);
  return found;
}

function isBin(group: Element, bin: string | undefined): boolean {
  return bin !== undefined && childrenOf(group, "UUID")[0]?.textContent?.trim() === bin;
}

function fieldsOf(entry: Element, reveal: Reveal): Fields {
  const fields = new Map<string, string | undefined>();
  for (const pair of childrenOf(entry, "String")) {
    const [key, value] = [childrenOf(pair, "Key")[0], childrenOf(pair, "Value")[0]];
    if (key !== undefined && value !== undefined) fields.set(key.textContent ?? "", reveal(value));
  }
  return fields;
}

function mayHaveOtp(fields: Fields): boolean {
  return [...fields.keys()].some((name) => /^(otp|TOTP Seed|(Time|Hmac)Otp-Secret.*)$/.test(name));
}

function readEntry({ fields, trashed }: KeePassEntry): Enrollment | undefined {
  const enrollment = enrollmentOfFields(fields);
  if (trashed && enrollment !== undefined) throw new EntryFault("it is in the recycle bin");
  return enrollment;
}

function whoIs({ fields }: KeePassEntry): string {
  return whoOf(fields.get("Title"), fields.get("UserName"));
}
