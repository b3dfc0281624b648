/**
 * Reads the access lists that `icacls /save` writes: for each file its name and its list, in SDDL ([MS-DTYP] 2.5.1). Unlike what
 * icacls prints, this is the same in every language of Windows. Pure.
 */

/** Their entries give no other user anything: the owner, Windows itself, and administrators, who can read everything anyway. */
const TRUSTED = [
  ...["SY", "BA", "LA", "DA", "EA", "CO", "OW"],
  ...["S-1-5-18", "S-1-5-32-544", "S-1-3-0", "S-1-3-4"],
  "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", // TrustedInstaller
];
/** Apps in a container: these entries count only together with one for their user. */
const CONTAINER = /^(AC|S-1-15-.*)$/;

const GROUPS: Readonly<Record<string, readonly [name: string, sid: string]>> = {
  WD: ["Everyone", "S-1-1-0"],
  AN: ["anonymous users", "S-1-5-7"],
  AU: ["all users who sign in", "S-1-5-11"],
  IU: ["all users at this computer", "S-1-5-4"],
  NU: ["all users on the network", "S-1-5-2"],
  BU: ["the group Users", "S-1-5-32-545"],
  BG: ["the group Guests", "S-1-5-32-546"],
  PU: ["the group Power Users", "S-1-5-32-547"],
};

/** Type, flags, rights, two ids of objects, who; perhaps a condition. */
const ENTRY = /\(([A-Z]{1,2});([A-Z]*);([^;()]*);([^;()]*);([^;()]*);([^;()]+)\)/g;
const ALLOWS = ["A", "OA"];
const DENIES = ["D", "OD"];

export interface Reader {
  /** For a message. */
  readonly name: string;
  /** For icacls; undefined if the list has only a short form that we don't know. */
  readonly sid: string | undefined;
}

/**
 * Who else may do anything with one of the files, whatever it is; [] if the lists let only the user with this SID do so. undefined
 * if there is anything in them that we don't understand.
 */
export function otherReaders(saved: string, own: string): Reader[] | undefined {
  const lines = saved
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line !== "");
  if (lines.length === 0 || lines.length % 2 !== 0) return undefined;
  const readers = new Map<string, Reader>();
  for (const list of lines.filter((_, i) => i % 2 === 1)) {
    const found = sidsAllowedBy(list);
    if (found === undefined) return undefined;
    for (const who of found) if (who !== own && !isTrusted(who)) readers.set(who, readerOf(who));
  }
  return [...readers.values()];
}

function sidsAllowedBy(list: string): string[] | undefined {
  if (/^D:[A-Z]*NO_ACCESS_CONTROL$/.test(list)) return ["WD"]; // no list: everyone may do everything
  const entries = [...list.matchAll(ENTRY)];
  const isUnderstood =
    /^D:(P|AR|AI)*$/.test(list.replace(ENTRY, "")) &&
    entries.every(([, type = ""]) => [...ALLOWS, ...DENIES].includes(type));
  if (!isUnderstood) return undefined;
  return entries.flatMap(([, type = "", , , , , who = ""]) => (ALLOWS.includes(type) ? [who] : []));
}

function isTrusted(who: string): boolean {
  return TRUSTED.includes(who) || CONTAINER.test(who);
}

function readerOf(who: string): Reader {
  const [name, sid] = GROUPS[who] ?? Object.values(GROUPS).find(([, known]) => known === who) ?? [];
  if (name !== undefined) return { name, sid };
  return /^S-[\d-]+$/.test(who) ? { name: who, sid: who } : { name: `the group ${who}`, sid: undefined };
}
