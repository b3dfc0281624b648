/**
 * PSKC (RFC 6030): keys of hardware tokens and servers, as their makers and server programs hand them on. Drafts of the standard
 * have other names of the same algorithms.
 */
import type { Element } from "@xmldom/xmldom";
import type { Enrollment } from "../otp/enrollment.ts";
import { cleanNames, collect, EntryFault, parametersOf, secretOfBytes, whoOf } from "./entries.ts";
import { unreadable, WrongPassphrase } from "./faults.ts";
import type { Format } from "./format.ts";
import { type OpenValue, openerOf } from "./pskc-lock.ts";
import { base64Of } from "./shape.ts";
import { parseXml } from "./xml.ts";
import { attributeOf, elementIn, elementsNamed, localName, textIn } from "./xml-names.ts";

/** Declarations and comments may come first. */
const HEAD = 4096;
const LOCKED = "the password or key does not decrypt it";

interface Package {
  readonly device: Element | undefined;
  readonly key: Element | undefined;
}

export const pskc: Format = {
  id: "pskc",
  name: "PSKC",
  detect: ({ text }) =>
    text !== undefined &&
    /^\s*</.test(text) &&
    /<(?:[\w.-]{1,50}:)?KeyContainer[\s>]/.test(text.slice(0, HEAD)),
  async read({ text = "" }, passphrase) {
    const container = await parseXml(text);
    if (container === undefined || localName(container) !== "KeyContainer")
      throw unreadable("PSKC", "is damaged");
    const packages = elementsNamed(container, "KeyPackage").map(
      (one): Package => ({ device: elementIn(one, "DeviceInfo"), key: elementIn(one, "Key") }),
    );
    const locked = packages.filter(isLocked);
    const open = locked.length === 0 ? () => undefined : await openerOf(container, passphrase);
    if (
      locked.length > 0 &&
      locked.every(({ key }) => key === undefined || secretOf(key, open) === undefined)
    )
      throw new WrongPassphrase("wrong password or key, or the file is damaged", [
        "if the file was locked with a key, and not with a password, type that key in hex",
      ]);
    return collect(packages, (one) => readPackage(one, open), whoIn);
  },
};

function isLocked({ key }: Package): boolean {
  return key !== undefined && elementIn(key, "Data", "Secret", "EncryptedValue") !== undefined;
}

function readPackage(one: Package, open: OpenValue): Enrollment {
  const { key } = one;
  if (key === undefined) throw new EntryFault("it has no key");
  const type = typeOf(key);
  const format = elementIn(key, "AlgorithmParameters", "ResponseFormat");
  const encoding = format === undefined ? "" : attributeOf(format, "Encoding");
  if (encoding !== "" && encoding.toUpperCase() !== "DECIMAL")
    throw new EntryFault("its codes are not decimal digits");
  if (format !== undefined && /^(?:true|1)$/i.test(attributeOf(format, "CheckDigits")))
    throw new EntryFault("its codes have a check digit, which is not supported");
  const otp = parametersOf({
    type,
    algorithm: algorithmOf(key),
    digits: format === undefined ? undefined : attributeOf(format, "Length"),
    period: numberIn(key, "TimeInterval", open),
    counter: type === "hotp" ? numberIn(key, "Counter", open) : undefined,
  });
  const secret = secretOf(key, open);
  if (secret === undefined && isLocked(one)) throw new EntryFault(LOCKED);
  return { ...namesOf(one), otp, secret: secretOfBytes(secret) };
}

function typeOf(key: Element): "totp" | "hotp" {
  const name = /(?:^|[:#/])(totp|hotp)$/i.exec(
    attributeOf(key, "Algorithm") || attributeOf(key, "KeyAlgorithm"),
  );
  const type = name?.[1]?.toLowerCase();
  if (type !== "totp" && type !== "hotp") throw new EntryFault("unknown type: neither TOTP nor HOTP");
  return type;
}

/** "HMAC-SHA256". */
function algorithmOf(key: Element): string {
  const suite = textIn(key, "AlgorithmParameters", "Suite");
  if (suite === "") return "";
  const [, bits] = /^(?:HMAC-?)?SHA-?(1|256|512)$/i.exec(suite) ?? [];
  if (bits === undefined) throw new EntryFault("it has an unknown algorithm");
  return `SHA${bits}`;
}

function secretOf(key: Element, open: OpenValue): Buffer | undefined {
  const secret = elementIn(key, "Data", "Secret");
  if (secret === undefined) return undefined;
  const plain = textIn(secret, "PlainValue");
  return plain === "" ? open(secret) : base64Of(plain);
}

/** Numbers are text in plain, and 4 or 8 bytes when locked. */
function numberIn(key: Element, name: string, open: OpenValue): string | undefined {
  const value = elementIn(key, "Data", name);
  if (value === undefined) return undefined;
  const plain = textIn(value, "PlainValue");
  if (plain !== "") return plain;
  const bytes = open(value);
  if (bytes === undefined || bytes.length === 0 || bytes.length > 8)
    throw new EntryFault("its counter or period is locked or damaged");
  return String(BigInt(`0x${bytes.toString("hex")}`));
}

/** Of what names the service or the token, the first that is there. */
function namesOf({ device, key }: Package): Pick<Enrollment, "issuer" | "label"> {
  const inKey = (name: string) => (key === undefined ? "" : textIn(key, name));
  const inDevice = (name: string) => (device === undefined ? "" : textIn(device, name));
  const issuer = inKey("Issuer") || inDevice("Manufacturer");
  const label =
    inKey("FriendlyName") ||
    inKey("UserId") ||
    inDevice("UserId") ||
    (key === undefined ? "" : attributeOf(key, "Id") || attributeOf(key, "KeyId")) ||
    inDevice("SerialNo");
  return issuer === "" ? { issuer: "", label: cleanNames("x", label).label } : cleanNames(issuer, label);
}

function whoIn(one: Package): string {
  const { issuer, label } = namesOf(one);
  return whoOf(issuer, label);
}
