/** Reads what password managers store in an item's one-time-password field: an otpauth URI, steam://KEY, or the bare key. */
import { cleanText, type Enrollment, STEAM } from "../otp/enrollment.ts";
import { parseForeignUri } from "../otp/foreign-uri.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import { about, EntryFault, parametersOf, secretOfBase32, secretOfKey } from "./entries.ts";
import { withNames } from "./uri-entry.ts";

/**
 * `title` and `user` are the item's. They become issuer and label of a bare key, and replace those that a URI lacks.
 * Throws EntryFault or OtpauthUriError.
 */
export function enrollmentOfItem(totp: string, title: string, user: string): Enrollment {
  return about(totp, () => read(totp, title, user));
}

function read(totp: string, title: string, user: string): Enrollment {
  const text = totp.trim();
  const item = { issuer: cleanText(title), label: cleanText(user) };
  const steam = /^steam:\/\/([^/?#]*)/i.exec(text);
  if (steam) return { ...item, otp: STEAM, secret: secretOfBase32(steam[1]) };
  if (!isOtpauthUri(text)) {
    if (text.includes("://")) throw new EntryFault("it is neither an otpauth URI nor a key");
    return { ...item, otp: parametersOf({ type: "totp" }), secret: secretOfKey(text) };
  }
  return withNames(parseForeignUri(text), title, user);
}
