/**
 * Reads a file with its format, then looks at everything else in it: what a format does not know comes in or is named, and is never
 * left out in silence.
 */
import { attempt, UserError } from "../base/errors.ts";
import { repeatedName } from "../base/repeated-name.ts";
import { parseJson } from "../base/untrusted-json.ts";
import { arePreferencesCut } from "./android-preferences.ts";
import type { AskPassphrase } from "./faults.ts";
import { type Field, placeOf } from "./field.ts";
import { mayHaveUris } from "./find-uris.ts";
import type { ForeignFile } from "./foreign-file.ts";
import type { Format, Reading, Skipped } from "./format.ts";
import { fieldsInJson } from "./json-fields.ts";
import { addStrays } from "./strays.ts";

/** Attachments can be anything else, and large. */
const TEXT_MEMBER = /\.(?:json|csv|tsv|txt|text|xml|html?|md|ya?ml|data|1pif|eml|ini|conf|log|mafile)$/i;

/** Throws UserError (exit 5). */
export async function readWhole(
  format: Format,
  file: ForeignFile,
  passphrase: AskPassphrase,
): Promise<Reading> {
  let asked: Promise<string> | undefined;
  const ask = () => {
    asked ??= passphrase();
    return asked;
  };
  const { inside = [], ...read } = await format.read(file, ask);
  const reading = { ...read, skipped: [...read.skipped, ...missingFrom(file)] };
  if (format.readsEveryField) return reading;
  const members = await textsIn(file, asked);
  const fields = [
    ...fieldsIn("", file.text ?? "", file.json),
    ...[...inside, ...members.texts].flatMap(({ at, content }) =>
      typeof content === "string" ? fieldsIn(at, content, parseJson(content)) : fieldsInJson(content, at),
    ),
    ...namesIn(reading),
  ];
  return addStrays({ ...reading, skipped: [...reading.skipped, ...members.skipped] }, fields);
}

/** Two members of one name: JSON.parse keeps the last. And the strings of XML that is cut off. */
function missingFrom({ text, json }: ForeignFile): Skipped[] {
  if (arePreferencesCut(text))
    return [{ at: "the rest of the file", who: "", reason: "it is cut off: copy the file once more" }];
  const name = text === undefined || json === undefined ? undefined : repeatedName(text);
  if (name === undefined) return [];
  return [
    {
      at: placeOf(name),
      who: "",
      reason: "an object in the file has it more than once; only the last was read",
    },
  ];
}

/** In a text of any kind, nothing tells whose key it is, or what is special about its codes. */
const BARE_KEY = "it may be a key, and has no URI: add it with twinseed add";

export function fieldsIn(at: string, text: string, json: unknown): Field[] {
  if (json !== undefined) return fieldsInJson(json, at);
  return mayHaveUris(text) ? [{ at, name: "", value: text, title: "", user: "", keyFault: BARE_KEY }] : [];
}

/** Of formats that are not text, only the reader sees the names. */
function namesIn({ entries }: Reading): Field[] {
  return entries.flatMap(({ at, enrollment: { issuer, label } }) =>
    [issuer, label].map((value) => ({ at, name: "", value, title: "", user: "" })),
  );
}

interface Members {
  readonly texts: { readonly at: string; readonly content: string }[];
  readonly skipped: Skipped[];
}

/** Members of a zip that are locked are read only if the format needed the password, too. */
async function textsIn(
  { bytes, members = [] }: ForeignFile,
  password: Promise<string> | undefined,
): Promise<Members> {
  const names = members.filter((name) => TEXT_MEMBER.test(name));
  const found: Members = { texts: [], skipped: [] };
  if (names.length === 0) return found;
  const { readMembers } = await import("./zip.ts");
  const known = () => password ?? Promise.reject(new UserError("it is locked", 5));
  try {
    for await (const { name, content } of readMembers(bytes, names, known)) {
      const text = attempt(() => new TextDecoder().decode(content));
      if (typeof text === "string") found.texts.push({ at: placeOf(name), content: text });
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    found.skipped.push({
      at: "the rest of the archive",
      who: "",
      reason: `it was not searched: ${error.message}`,
    });
  }
  return found;
}
