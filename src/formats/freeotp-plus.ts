/** FreeOTP+ (Android), its JSON backup. */
import { objectOf, objectsOf } from "../base/untrusted-json.ts";
import { collect } from "./entries.ts";
import type { Format } from "./format.ts";
import { readFreeOtpToken, whoOfToken } from "./freeotp-token.ts";

export const freeotpPlus: Format = {
  id: "freeotp-plus",
  name: "FreeOTP+",
  detect({ json }) {
    const file = objectOf(json);
    if (!Array.isArray(file?.tokens)) return false;
    return "tokenOrder" in file || Array.isArray(objectOf(file.tokens[0])?.secret);
  },
  read({ json }) {
    const { tokens, tokenOrder } = objectOf(json) ?? {};
    const order: readonly unknown[] = Array.isArray(tokenOrder) ? tokenOrder : [];
    const numbered = objectsOf(tokens).map((token, i) => ({ token, place: order[i] }));
    return collect(
      numbered,
      // One version of the app wrote a piece of its source code as the label; the real label is in the order.
      ({ token, place }) => readFreeOtpToken(token, token?.label === "{token.label}" ? { label: place } : {}),
      ({ token }) => whoOfToken(token),
    );
  },
};
