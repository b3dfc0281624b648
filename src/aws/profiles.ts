/** The profiles in the AWS CLI's two files, merged as the CLI merges them. Secret keys and tokens are left out. Pure. */
import { iniLines, profileOfSection } from "./ini-lines.ts";

export interface Profile {
  /** Key in lower case → value, of both files. */
  readonly settings: ReadonlyMap<string, string>;
  /** Keys that are in the credentials file; the others are in the config file. */
  readonly inCredentials: ReadonlySet<string>;
}

export type Profiles = ReadonlyMap<string, Profile>;

type Settings = Map<string, string>;

/** Only whether they are there matters. */
const SECRET = new Set(["aws_secret_access_key", "aws_session_token", "aws_security_token"]);
const NOT_TELLING = "[secret]";

/** undefined if the CLI could not read one of the files either: then only the CLI can tell what is wrong. */
export function profilesIn(config: string, credentials: string): Profiles | undefined {
  const configured = sectionsIn(config);
  const withKeys = sectionsIn(credentials);
  if (configured === undefined || withKeys === undefined) return undefined;
  const merged = new Map<string, Profile>();
  for (const [section, settings] of configured) {
    const name = profileOfSection(section);
    if (name !== undefined) merged.set(name, { settings, inCredentials: new Set() });
  }
  for (const [name, settings] of withKeys) {
    const older = merged.get(name)?.settings ?? [];
    merged.set(name, {
      settings: new Map([...older, ...settings]),
      inCredentials: new Set(settings.keys()),
    });
  }
  return merged;
}

function sectionsIn(text: string): Map<string, Settings> | undefined {
  const sections = new Map<string, Settings>();
  let section: Settings | undefined;
  let key: string | undefined;
  let blanks = "";
  for (const line of iniLines(text)) {
    if (line.kind === "fault") return undefined;
    if (line.kind === "section") {
      if (sections.has(line.name) && line.name !== DEFAULTS) return undefined;
      section = sections.get(line.name) ?? new Map();
      sections.set(line.name, section);
      key = undefined;
    } else if (line.kind === "setting" && section !== undefined) {
      if (section.has(line.key)) return undefined;
      key = line.key;
      blanks = "";
      section.set(key, SECRET.has(key) ? NOT_TELLING : line.value);
    } else if (line.kind === "blank") blanks += "\n";
    else if (line.kind === "more" && section !== undefined && key !== undefined && !SECRET.has(key)) {
      section.set(key, `${section.get(key)}${blanks}\n${line.value}`);
      blanks = "";
    }
  }
  const values = [...sections.values()].flatMap((settings) => [...settings.values()]);
  return values.every(isReadable) ? withDefaults(sections) : undefined;
}

/** A value that begins on the next line is a table: each of its lines must be a setting. */
function isReadable(value: string): boolean {
  return !value.startsWith("\n") || value.split("\n").every((line) => line === "" || line.includes("="));
}

/** configparser copies the settings of this section into all others. It is not the profile "default". */
const DEFAULTS = "DEFAULT";

function withDefaults(sections: Map<string, Settings>): Map<string, Settings> {
  const defaults = sections.get(DEFAULTS) ?? [];
  sections.delete(DEFAULTS);
  return new Map([...sections].map(([name, settings]) => [name, new Map([...defaults, ...settings])]));
}
