/**
 * Turns role profiles over: from keys for which AWS asks for an MFA code (source_profile, mfa_serial) to a profile that has a session
 * with MFA. What was there stays behind a mark, as a comment, so that it can be turned back; all other bytes stay. Pure.
 */
import { newlineOf } from "./aws-config-file.ts";
import { type IniLine, iniLines, profileOfSection } from "./ini-lines.ts";
import { areDifferentDevices } from "./session-plan.ts";

export interface TurnedProfiles {
  readonly text: string;
  /** Names of the profiles that change. */
  readonly turned: readonly string[];
  /** Role profiles of the same keys that must stay as they are. */
  readonly left: readonly { readonly profile: string; readonly why: string }[];
  readonly diff: readonly string[];
}

export interface Turning {
  /** The profile with the long-term keys. */
  readonly from: string;
  /** The profile that gets its keys from twinseed. */
  readonly to: string;
  /** The MFA device, if it is known. */
  readonly serial: string | undefined;
}

const MARK = "#twinseed: ";
/** Seconds: AWS gives a role no more if it is assumed with the keys of a session. */
const LONGEST = 3600;

export function turnOver(text: string, { from, to, serial }: Turning): TurnedProfiles {
  const newline = newlineOf(text);
  return change(text, (section) => {
    const value = settingIn(section);
    if (value("source_profile") !== from || value("role_arn") === undefined) return "not affected";
    const device = value("mfa_serial");
    if (device === undefined) return "not affected";
    if (serial !== undefined && areDifferentDevices(serial, device))
      return { why: "its mfa_serial is another device" };
    if (Number(value("duration_seconds") ?? 0) > LONGEST)
      return {
        why: `its duration_seconds is more than the ${LONGEST} that AWS allows with the keys of a session`,
      };
    if (section.some((line, i) => isOurs(line) && section[i + 1]?.kind === "more"))
      return { why: "source_profile or mfa_serial has more than one line" };
    return section.map((line) => {
      if (!isOurs(line)) return line.text;
      if (line.key === "mfa_serial") return MARK + line.text;
      const { bare, end } = partedAtEnd(line.text);
      const [margin = ""] = /^[^\S\r\n]*/.exec(bare) ?? [];
      return `${MARK}${bare}${newline}${margin}source_profile = ${to}${end}`;
    });
  });
}

/** The opposite: the bytes are again what they were. */
export function turnBack(text: string, to: string): TurnedProfiles {
  return change(text, (section) => {
    if (settingIn(section)("source_profile") !== to) return "not affected";
    const marked = section.filter((line) => line.kind === "comment" && isOurs(unmarked(line)));
    if (marked.length === 0) return "not affected";
    return section.map((line, i) => {
      const before = section[i - 1];
      if (
        line.kind === "setting" &&
        line.key === "source_profile" &&
        before !== undefined &&
        isMarkedSource(before)
      ) {
        // This line has the line end of the one that it replaced.
        return partedAtEnd(before.text.slice(MARK.length)).bare + partedAtEnd(line.text).end;
      }
      if (isMarkedSource(line) && section[i + 1]?.kind === "setting") return "";
      return line.kind === "comment" && isOurs(unmarked(line)) ? line.text.slice(MARK.length) : line.text;
    });
  });
}

/** A line, and its line end. */
function partedAtEnd(line: string): { bare: string; end: string } {
  let at = line.length;
  while (at > 0 && /[\r\n]/.test(line.charAt(at - 1))) at--;
  return { bare: line.slice(0, at), end: line.slice(at) };
}

type Decision = readonly string[] | { readonly why: string } | "not affected";

function change(text: string, decide: (section: readonly IniLine[]) => Decision): TurnedProfiles {
  const turned: string[] = [];
  const left: { profile: string; why: string }[] = [];
  const diff: string[] = [];
  const pieces = sectionsOf(iniLines(text)).map(({ header, lines }) => {
    const same = [header, ...lines].map((line) => line?.text ?? "").join("");
    const profile = header === undefined ? undefined : profileOfSection(header.name);
    const decision = profile === undefined ? "not affected" : decide(lines);
    if (profile === undefined || header === undefined || decision === "not affected") return same;
    if ("why" in decision) {
      left.push({ profile, why: decision.why });
      return same;
    }
    turned.push(profile);
    diff.push(` ${header.text.trimEnd()}`, ...changesIn(lines, decision));
    return header.text + decision.join("");
  });
  return { text: pieces.join(""), turned, left, diff };
}

interface IniSection {
  readonly header: Extract<IniLine, { kind: "section" }> | undefined;
  readonly lines: IniLine[];
}

function sectionsOf(lines: readonly IniLine[]): IniSection[] {
  const sections: IniSection[] = [{ header: undefined, lines: [] }];
  for (const line of lines) {
    if (line.kind === "section") sections.push({ header: line, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function changesIn(lines: readonly IniLine[], texts: readonly string[]): string[] {
  return lines.flatMap(({ text }, i) => {
    const now = texts[i] ?? "";
    if (now === text) return [];
    const added = now === "" ? [] : now.trimEnd().split(/\r?\n/);
    return [`-${text.trimEnd()}`, ...added.map((line) => `+${line}`)];
  });
}

function settingIn(section: readonly IniLine[]): (key: string) => string | undefined {
  return (wanted) =>
    section.flatMap((line) => (line.kind === "setting" && line.key === wanted ? [line.value] : []))[0];
}

function isOurs(line: IniLine | undefined): line is Extract<IniLine, { kind: "setting" }> {
  return line?.kind === "setting" && (line.key === "source_profile" || line.key === "mfa_serial");
}

/** The line that a comment of ours stands for. */
function unmarked(line: IniLine): IniLine | undefined {
  if (!line.text.startsWith(MARK)) return undefined;
  return iniLines(`[x]\n${line.text.slice(MARK.length)}`)[1];
}

function isMarkedSource(line: IniLine): boolean {
  const original = unmarked(line);
  return isOurs(original) && original.key === "source_profile";
}
