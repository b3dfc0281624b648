/**
 * The AWS config file (~/.aws/config): adds lines to one section and keeps everything else byte for byte. Pure.
 * Reads the file as botocore does: Python's configparser, sections "default" and "profile NAME", where NAME may be quoted.
 */
import { shellOption } from "../base/shell-words.ts";

export interface Section {
  readonly profile: string;
  readonly lines: readonly (readonly [key: string, value: string])[];
  /** Keys that name another source for the profile's credentials, or that our lines would disable. */
  readonly rivals: readonly string[];
}

/** "same": the lines are already there. "conflict": `key` is there with another value, or is a rival. */
export type Change =
  | { readonly kind: "add"; readonly text: string }
  | { readonly kind: "same" }
  | { readonly kind: "conflict"; readonly key: string };

const HEADER = /^\[(.*)\][^\]]*$/;

export function withSection(text: string, wanted: Section): Change {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/(?<=\n)/);
  const start = lines.findIndex((line) => profileOf(line) === wanted.profile);
  if (start < 0) {
    const gap = text === "" ? "" : text.endsWith("\n") ? newline : newline + newline;
    return { kind: "add", text: `${text}${gap}${formatSection(wanted, newline)}` };
  }
  const next = lines.findIndex((line, i) => i > start && HEADER.test(bare(line)));
  const section = lines.slice(start + 1, next < 0 ? undefined : next);
  const present = new Map(section.flatMap(settingOf));
  const conflict = [
    ...wanted.rivals.filter((key) => present.has(key)),
    ...wanted.lines.flatMap(([key, value]) => ((present.get(key) ?? value) === value ? [] : [key])),
  ][0];
  if (conflict !== undefined) return { kind: "conflict", key: conflict };
  const missing = wanted.lines.filter(([key]) => !present.has(key));
  if (missing.length === 0) return { kind: "same" };
  // Added below the last line that is not blank, so that blank lines still separate the sections.
  const last = section.findLastIndex((line) => bare(line).trim() !== "");
  const at = start + 2 + last;
  const before = lines.slice(0, at).join("");
  const added = missing.map(([key, value]) => `${key} = ${value}${newline}`).join("");
  const joint = before.endsWith("\n") ? "" : newline;
  return { kind: "add", text: `${before}${joint}${added}${lines.slice(at).join("")}` };
}

export function formatSection(
  { profile, lines }: Pick<Section, "profile" | "lines">,
  newline = "\n",
): string {
  const header = `[${profile === "default" ? profile : `profile ${profile.includes(" ") ? `"${profile}"` : profile}`}]`;
  return [header, ...lines.map(([key, value]) => `${key} = ${value}`), ""].join(newline);
}

/** Whether it can be in a section's header, and in the arguments of a command in the section, quoted if need be. */
export function isProfileName(name: string): boolean {
  return /^[\w.@+:,/][\w .@+:,/-]{0,127}$/.test(name) && name === name.trim();
}

/**
 * Quotes one argument of a command in the file. AWS tools pass the command to a shell, or split it as a shell would; undefined
 * if they would not all read it alike. For some of them, "#" begins a comment even within quotation marks.
 */
export function quotedArgument(text: string): string | undefined {
  return /^[\w .@+:,/=-]+$/.test(text) ? shellOption(text) : undefined;
}

/** Whether a config or credentials file has this profile. Sections of a credentials file have the plain names of profiles. */
export function hasProfile(text: string, profile: string, file: "config" | "credentials"): boolean {
  const nameOf = file === "config" ? profileOf : headerOf;
  return text.split("\n").some((line) => nameOf(line) === profile);
}

function headerOf(line: string): string | undefined {
  return HEADER.exec(bare(line))?.[1]?.trim();
}

function profileOf(line: string): string | undefined {
  const header = headerOf(line);
  if (header === undefined) return undefined;
  if (header === "default") return header;
  return /^profile\s+(?:"([^"]*)"|'([^']*)'|(\S.*))$/
    .exec(header)
    ?.slice(1)
    .find((name) => name !== undefined);
}

/** Returns no setting for indented lines, which belong to the setting above them, nor for comments. */
function settingOf(line: string): [string, string][] {
  const [, key, value] = /^([^\s#;=:[][^=:]*)[=:](.*)$/s.exec(bare(line)) ?? [];
  return key === undefined || value === undefined ? [] : [[key.trimEnd().toLowerCase(), value.trim()]];
}

function bare(line: string): string {
  return line.replace(/\r?\n$/, "").replace(/^\ufeff/, "");
}
