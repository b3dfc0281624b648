/** Describes the text of a QR code without quoting any of it: it may be some other secret. Pure. */

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^otpauth-migration:/i, "a Google Authenticator export"],
  [/^(apple-)?otpauth:/i, "an otpauth URI"],
  [/^steam:/i, "a Steam seed"],
  [/^motp:/i, "a Mobile-OTP seed"],
  [/^https?:/i, "a web link"],
  [/^wifi:/i, "a Wi-Fi password"],
  [/^(mailto|matmsg|smtp):/i, "an email address"],
  [/^(tel|sms|smsto):/i, "a phone number"],
  [/^(begin:vcard|mecard:|bizcard:)/i, "a contact"],
  [/^(bitcoin|ethereum|litecoin|lightning):/i, "a payment address"],
  [/^fido:/i, "a passkey prompt"],
  [/^data:image\//i, "a picture"],
  [/^duo:/i, "an activation code that only Duo Mobile can use"],
  [/^phonefactor:/i, "an activation code that only Microsoft Authenticator can use"],
  [/^oktaverify:/i, "an activation code that only Okta Verify can use"],
  [/^fortitoken:/i, "an activation code that only FortiToken can use"],
  [/^[a-z][a-z0-9+.-]*:\/\//i, "a link for another app"],
];

export const NOT_UTF8 = "it is text in another encoding than UTF-8";
export const TO_UTF8 =
  "save it as UTF-8 in the program that wrote it, or convert it: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW";

export function kindOfText(text: string): string {
  return KINDS.find(([shape]) => shape.test(text.trim()))?.[1] ?? "some other text";
}
