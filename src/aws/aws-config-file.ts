/** The AWS config file (~/.aws/config): adds lines to one section and keeps everything else byte for byte. Pure. */
import { shellOption } from "../base/shell-words.ts";
import { iniLines, profileOfSection } from "./ini-lines.ts";

export interface Section {
  readonly profile: string;
  readonly lines: readonly (readonly [key: string, value: string])[];
  /** Keys that name another source for the profile's credentials, or that our lines would disable. */
  readonly rivals: readonly string[];
}

/** "same": the lines are already there. "conflict": `key` is there with another value, or is a rival. */
export type Change =
  | { readonly kind: "add"; readonly text: string; readonly diff: readonly string[] }
  | { readonly kind: "same" }
  | { readonly kind: "conflict"; readonly key: string };

export function withSection(text: string, wanted: Section): Change {
  const newline = newlineOf(text);
  const lines = iniLines(text);
  const start = lines.findIndex(
    (line) => line.kind === "section" && profileOfSection(line.name) === wanted.profile,
  );
  if (start < 0) {
    const gap = text === "" ? "" : text.endsWith("\n") ? newline : newline + newline;
    const section = formatSection(wanted, newline);
    return { kind: "add", text: `${text}${gap}${section}`, diff: plus(section) };
  }
  const next = lines.findIndex((line, i) => i > start && line.kind === "section");
  const section = lines.slice(start + 1, next < 0 ? undefined : next);
  const present = new Map(
    section.flatMap((line) => (line.kind === "setting" ? [[line.key, line.value] as const] : [])),
  );
  const conflict = [
    ...wanted.rivals.filter((key) => present.has(key)),
    ...wanted.lines.flatMap(([key, value]) => ((present.get(key) ?? value) === value ? [] : [key])),
  ][0];
  if (conflict !== undefined) return { kind: "conflict", key: conflict };
  const missing = wanted.lines.filter(([key]) => !present.has(key));
  if (missing.length === 0) return { kind: "same" };
  // Below the last setting: comments and blank lines after it may belong to the next section.
  const last = section.findLastIndex(({ kind }) => kind === "setting" || kind === "more");
  const at = start + 2 + last;
  const before = lines
    .slice(0, at)
    .map(({ text }) => text)
    .join("");
  const after = lines
    .slice(at)
    .map(({ text }) => text)
    .join("");
  const added = missing.map(([key, value]) => `${key} = ${value}${newline}`).join("");
  const joint = /[\r\n]$/.test(before) ? "" : newline;
  const header = lines[start]?.text.trimEnd() ?? "";
  return { kind: "add", text: `${before}${joint}${added}${after}`, diff: [` ${header}`, ...plus(added)] };
}

export function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function plus(added: string): string[] {
  return added
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => `+${line}`);
}

export function formatSection(
  { profile, lines }: Pick<Section, "profile" | "lines">,
  newline = "\n",
): string {
  const header = `[${profile === "default" ? profile : `profile ${inHeader(profile)}`}]`;
  return [header, ...lines.map(([key, value]) => `${key} = ${value}`), ""].join(newline);
}

function inHeader(profile: string): string {
  return /[\s'()]/.test(profile) ? `"${profile}"` : profile;
}

/** In double quotation marks, all of these mean themselves to sh, to Python's shlex, and to Windows. */
const WORD = /^[\p{L}\p{M}\p{N}_ .@+:,/=()'-]+$/u;
const LONGEST_NAME = 128;

/** Why a profile with this name can't be in a section's header and in the arguments of a command; undefined if it can. */
export function profileNameFault(name: string): string | undefined {
  if (name === "" || name !== name.trim() || name.includes("  "))
    return "it is empty, or has spaces that get lost";
  if (name.length > LONGEST_NAME) return `it is longer than ${LONGEST_NAME} characters`;
  if (name.startsWith("-")) return "it looks like an option";
  const strange = [...name].find((character) => !WORD.test(character) || character === "=");
  if (strange === undefined) return undefined;
  return `"${strange}" means something else to a shell, to Windows or to one of the AWS tools`;
}

/**
 * Quotes one argument of a command in the file. AWS tools pass the command to a shell, or split it as a shell would; undefined
 * if they would not all read it alike. For some of them, "#" begins a comment even within quotation marks.
 */
export function quotedArgument(text: string): string | undefined {
  if (!WORD.test(text)) return undefined;
  return shellOption(text) ?? `"${text}"`;
}
