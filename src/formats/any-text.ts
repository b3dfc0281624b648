/**
 * The last resort: any text in which otpauth or migration URIs are found, such as notes, a shell script, a web page, a mail, or JSON
 * of a program that no format knows. Pictures in it are read by intake/, which can.
 */

import { holdsSeed } from "./field.ts";
import type { Format, Skipped } from "./format.ts";
import { fieldsIn } from "./read-whole.ts";
import { addStrays } from "./strays.ts";

/** A picture inside a text, in base64. */
const PICTURE = /data:image\/[a-z+.-]{1,20}(?:;[a-z0-9=-]{1,40})?;base64,/i;

const REST: Skipped = {
  at: "the rest of the file",
  who: "",
  reason:
    "it is not valid JSON (damaged, cut off, or several in one file): only otpauth URIs were looked for",
};

/** A list or an object of JSON begins so; INI and TOML do not. */
export function isDamagedJson(text: string, json: unknown): boolean {
  return json === undefined && /^\s*[{[]\s*[{"]/.test(text);
}

export const anyText: Format = {
  id: "text",
  name: "any text",
  readsEveryField: true,
  detect({ text, json }) {
    if (text === undefined) return false;
    return fieldsIn("", text, json).some(holdsSeed) || PICTURE.test(text);
  },
  async read({ text = "", json }) {
    const reading = await addStrays({ entries: [], skipped: [] }, fieldsIn("", text, json));
    return isDamagedJson(text, json) ? { ...reading, skipped: [...reading.skipped, REST] } : reading;
  },
};
