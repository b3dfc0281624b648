/** IAM's credential report, as GetCredentialReport returns it: CSV with a header line, one line for each user. Pure. */

export interface ReportedUser {
  /** ROOT for the root user. */
  readonly user: string;
  readonly hasPassword: boolean;
  readonly hasMfa: boolean;
  readonly keys: readonly ReportedKey[];
}

/** An active access key. */
export interface ReportedKey {
  readonly number: 1 | 2;
  /** When it was created, in milliseconds; undefined if AWS does not tell. */
  readonly since: number | undefined;
}

export const ROOT = "<root_account>";

const NEEDED = [
  "password_enabled",
  "mfa_active",
  "access_key_1_active",
  "access_key_1_last_rotated",
  "access_key_2_active",
  "access_key_2_last_rotated",
] as const;

type Column = (typeof NEEDED)[number];

/** undefined unless every line says what we need to know: half a report would hide users. */
export function parseReport(csv: string): readonly ReportedUser[] | undefined {
  const [header = "", ...lines] = csv.split(/\r?\n/).filter((line) => line !== "");
  const names = header.split(",");
  if (names[0] !== "user" || names[1] !== "arn" || !NEEDED.every((name) => names.includes(name)))
    return undefined;
  const rows = lines.map((line) => rowOf(line, names));
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

function rowOf(line: string, names: readonly string[]): ReportedUser | undefined {
  const fields = fieldsOf(line, names.length);
  const user = fields?.[0] ?? "";
  if (fields === undefined || user === "") return undefined;
  const textOf = (name: Column): string => fields[names.indexOf(name)] ?? "";
  const flags = NEEDED.filter((name) => !name.endsWith("_rotated")).map(textOf);
  if (!flags.every((flag) => FLAGS.includes(flag))) return undefined;
  const keys = ([1, 2] as const).flatMap((number): ReportedKey[] => {
    if (textOf(`access_key_${number}_active`) !== "true") return [];
    const since = Date.parse(textOf(`access_key_${number}_last_rotated`));
    return [{ number, since: Number.isNaN(since) ? undefined : since }];
  });
  return {
    user,
    hasPassword: textOf("password_enabled") === "true",
    hasMfa: textOf("mfa_active") === "true",
    keys,
  };
}

/** AWS has "not_supported" for root's password. */
const FLAGS = ["true", "false", "not_supported", "N/A"];

/**
 * Names of users and their paths may have commas, and not every AWS puts them in quotation marks. No other field has any, and
 * no name has a colon: so the two first fields are what is left when all others have been taken, parted at the ARN.
 */
function fieldsOf(line: string, count: number): string[] | undefined {
  const words = line.split(",");
  const rest = words.slice(words.length - (count - 2)).map(unquoted);
  const front = words.slice(0, words.length - (count - 2)).join(",");
  const at = front.search(/,"?arn:/);
  if (words.length < count || at < 1) return undefined;
  return [unquoted(front.slice(0, at)), unquoted(front.slice(at + 1)), ...rest];
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}
