/** Proton Authenticator, plain or locked with a password. It contains otpauth URIs and steam://KEY. */
import { type JsonObject, objectOf, parseJson } from "../base/untrusted-json.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { parseForeignUri } from "../otp/foreign-uri.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import { about, cleanNames, collect, EntryFault } from "./entries.ts";
import { indexOf, withEntryNotes } from "./entry-note.ts";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import type { Format } from "./format.ts";
import { argon2Key, openGcm } from "./kdf.ts";
import { base64Of, textOf } from "./shape.ts";

const NEWEST = 1;
/** Fixed by the app, the same in every file. */
const COSTS = { kibibytes: 19_456, iterations: 2, parallelism: 1 };
const ADDITIONAL = Buffer.from("proton.authenticator.export.v1");

export const proton: Format = {
  id: "proton",
  name: "Proton Authenticator",
  detect({ json }) {
    const file = objectOf(json);
    return file !== undefined && (isLocked(file) || isPlain(file));
  },
  async read({ json }, passphrase) {
    const file = objectOf(json) ?? {};
    const opened = isLocked(file) ? await unlock(file, passphrase) : file;
    const { entries, version } = opened;
    if (typeof version === "number" && version > NEWEST)
      throw unreadable("Proton Authenticator", `has version ${version}; this release reads up to ${NEWEST}`);
    if (!Array.isArray(entries)) throw unreadable("Proton Authenticator", "has no entries");
    const contents = entries.map((entry) => objectOf(objectOf(entry)?.content));
    const reading = withEntryNotes(
      collect(contents, readEntry, (content) => textOf(content?.name)),
      (at) => ({ text: objectOf(entries[indexOf(at)])?.note }),
    );
    return isLocked(file) ? { ...reading, inside: [{ at: "", content: opened }] } : reading;
  },
};

function isLocked({ salt, content }: JsonObject): boolean {
  return typeof salt === "string" && typeof content === "string";
}

function isPlain({ entries, version }: JsonObject): boolean {
  if (!Array.isArray(entries)) return false;
  if (entries.length === 0) return version !== undefined;
  return entries.some((entry) => objectOf(objectOf(entry)?.content) !== undefined);
}

function readEntry(content: JsonObject | undefined): Enrollment {
  const uri = textOf(content?.uri);
  if (uri === "") throw new EntryFault("it is damaged");
  if (!isOtpauthUri(uri)) throw new EntryFault("it has no otpauth URI");
  const enrollment = about(uri, () => parseForeignUri(uri));
  if (enrollment.label !== "") return enrollment;
  // The app repeats the URI's label as the name. If there is no label, the name is the service's, which is not a label either.
  const named = cleanNames(enrollment.issuer, content?.name);
  return { ...enrollment, ...named, label: named.label === named.issuer ? "" : named.label };
}

async function unlock(file: JsonObject, passphrase: AskPassphrase): Promise<JsonObject> {
  if (typeof file.version === "number" && file.version > NEWEST) return file;
  const [salt, content] = [base64Of(file.salt), base64Of(file.content)];
  if (salt === undefined || salt.length < 8 || content === undefined || content.length < 28)
    throw unreadable("Proton Authenticator", "is damaged");
  const key = await argon2Key(await passphrase(), salt, COSTS);
  const text = openGcm(key, content.subarray(0, 12), content.subarray(12), ADDITIONAL);
  if (text === undefined) throw new WrongPassphrase();
  return objectOf(parseJson(text.toString("utf8"))) ?? {};
}
