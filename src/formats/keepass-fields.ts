/**
 * The one-time passwords in a KeePass entry's fields. KeePass itself added them late, so plugins and related programs each have
 * their own way, and an entry may have several. Field names are case-sensitive in KeePass. Fields with any other name are
 * read by field.ts.
 */
import { cleanText, type Enrollment, STEAM } from "../otp/enrollment.ts";
import { EntryFault, parametersOf, type RawParameters, secretOfBase32, secretOfBytes } from "./entries.ts";
import { enrollmentOfItem } from "./item-seed.ts";
import { base64Of, hexOf } from "./shape.ts";

/** A field is undefined if it exists but can't be read (a value that is still encrypted, in an XML file). */
export type Fields = ReadonlyMap<string, string | undefined>;

const ENCODINGS = ["", "-Hex", "-Base32", "-Base64"] as const;
/** KeePassXC writes this into the URI for an entry without a user name. */
const NO_USER = "none";

/** A way to keep a one-time password, which `read` throws EntryFault or OtpauthUriError about. */
export interface Way {
  /** The fields that belong to it. */
  readonly names: RegExp;
  /** Returns undefined if the entry has none. */
  read(fields: Fields): Enrollment | undefined;
}

export const WAYS: readonly Way[] = [
  { names: /^otp$/, read: ownOtp },
  { names: /^TimeOtp-/, read: (fields) => named(fields, timeOtp(fields)) },
  { names: /^HmacOtp-/, read: (fields) => named(fields, hmacOtp(fields)) },
  { names: /^TOTP Seed$/, read: (fields) => named(fields, trayTotp(fields)) },
];

function ownOtp(fields: Fields): Enrollment | undefined {
  const otp = field(fields, "otp");
  return otp === "" ? undefined : enrollmentOfOtp(otp, field(fields, "Title"), field(fields, "UserName"));
}

function named(fields: Fields, codes: Codes | undefined): Enrollment | undefined {
  const names = { issuer: cleanText(field(fields, "Title")), label: cleanText(field(fields, "UserName")) };
  return codes && { ...names, ...codes };
}

/** The field `otp`, and the column "TOTP" of KeePassXC's CSV files. */
export function enrollmentOfOtp(otp: string, title: string, user: string): Enrollment {
  if (!otp.includes("://") && /(^|[&?])key=/i.test(otp))
    return { issuer: cleanText(title), label: cleanText(user), ...keeOtp(otp) };
  const enrollment = enrollmentOfItem(otp, title, user);
  return enrollment.label === NO_USER ? { ...enrollment, label: cleanText(user) } : enrollment;
}

type Codes = Pick<Enrollment, "otp" | "secret">;

/** KeeOtp: key=…&size=6&step=30&otpHashMode=Sha256&type=Totp&counter=0&encoding=Base32 */
function keeOtp(text: string): Codes {
  const values = new URLSearchParams(text.trim());
  const value = (name: string) => values.get(name)?.trim() ?? "";
  const type = value("type").toLowerCase() || "totp";
  if (type !== "totp" && type !== "hotp" && type !== "steam") throw new EntryFault("unknown type");
  const [algorithm, digits] = [value("otpHashMode"), value("size")];
  const otp = parametersOf({ type, algorithm, digits, period: value("step"), counter: value("counter") });
  return { otp, secret: secretIn(value("encoding") || "base32", value("key")) };
}

/** KeePass 2.47 and later. */
function timeOtp(fields: Fields): Codes | undefined {
  const secret = keePassSecret(fields, "TimeOtp-Secret");
  return (
    secret && {
      otp: parametersOf({
        type: "totp",
        algorithm: field(fields, "TimeOtp-Algorithm"),
        digits: field(fields, "TimeOtp-Length"),
        period: field(fields, "TimeOtp-Period"),
      }),
      secret,
    }
  );
}

function hmacOtp(fields: Fields): Codes | undefined {
  const secret = keePassSecret(fields, "HmacOtp-Secret");
  return secret && { otp: parametersOf({ type: "hotp", counter: field(fields, "HmacOtp-Counter") }), secret };
}

/**
 * KeeTrayTOTP, and KeePassXC before 2.5: period;digits;URL of a time server. If digits is "S", it is Steam. KeePassXC's importer
 * once put a URI there, which field.ts reads.
 */
function trayTotp(fields: Fields): Codes | undefined {
  const seed = field(fields, "TOTP Seed");
  if (seed === "") return undefined;
  const settings = field(fields, "TOTP Settings");
  const [period = "", digits = ""] =
    settings.includes("://") && !settings.includes(";") ? [] : settings.split(";");
  const raw: RawParameters = { type: "totp", period, digits };
  const otp = digits.trim().toUpperCase() === "S" ? STEAM : parametersOf(raw);
  return { otp, secret: secretOfBase32(seed) };
}

function keePassSecret(fields: Fields, name: string): Codes["secret"] | undefined {
  const encodings = ENCODINGS.filter((suffix) => field(fields, `${name}${suffix}`) !== "");
  const [first, ...others] = encodings.map((suffix) =>
    secretIn(suffix.slice(1) || "utf8", field(fields, `${name}${suffix}`)),
  );
  if (first !== undefined && others.some((other) => !other.equals(first)))
    throw new EntryFault("it has several keys, and only one of them can be right");
  return first;
}

function secretIn(encoding: string, text: string): Codes["secret"] {
  switch (encoding.toLowerCase()) {
    case "utf8":
      return secretOfBytes(Buffer.from(text, "utf8"));
    case "hex":
      return secretOfBytes(hexOf(text.replace(/\s/g, "")));
    case "base64":
      return secretOfBytes(base64Of(text));
    case "base32":
      return secretOfBase32(text);
    default:
      throw new EntryFault("its key is in an unknown encoding");
  }
}

function field(fields: Fields, name: string): string {
  if (!fields.has(name)) return "";
  const value = fields.get(name);
  if (value === undefined) throw new EntryFault("its fields are still encrypted");
  return value.trim() === "" ? "" : value;
}
