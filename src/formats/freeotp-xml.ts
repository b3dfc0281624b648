/** The preferences (tokens.xml) of FreeOTP 1 and FreeOTP+, from a rooted phone or an adb backup: one JSON object per token. */
import { objectOf, parseJson } from "../base/untrusted-json.ts";
import { preferencesOf } from "./android-preferences.ts";
import { collect } from "./entries.ts";
import type { Format } from "./format.ts";
import { readFreeOtpToken, whoOfToken } from "./freeotp-token.ts";

const ORDER = "tokenOrder";

export const freeotpXml: Format = {
  id: "freeotp-xml",
  name: "FreeOTP 1",
  detect({ text }) {
    const texts = preferencesOf(text);
    if (texts === undefined) return false;
    return (
      texts.has(ORDER) ||
      [...texts.values()].some((value) => Array.isArray(objectOf(parseJson(value))?.secret))
    );
  },
  read({ text }) {
    const texts = [...(preferencesOf(text) ?? [])].filter(([name, value]) => name !== ORDER && isJson(value));
    return collect(
      texts.map(([, value]) => objectOf(parseJson(value))),
      (token) => readFreeOtpToken(token),
      whoOfToken,
    );
  },
};

/** The app's own settings may be among the tokens. */
function isJson(value: string): boolean {
  return value.trimStart().startsWith("{");
}
