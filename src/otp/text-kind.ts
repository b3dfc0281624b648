/** What a text found in a QR code is, in words, without a part of it: it may be a secret of another kind. Pure. */

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^otpauth-migration:/i, "a Google Authenticator export"],
  [/^(apple-)?otpauth:/i, "an otpauth URI"],
  [/^steam:/i, "a Steam seed"],
  [/^motp:/i, "a Mobile-OTP seed"],
  [/^https?:/i, "a web link"],
  [/^wifi:/i, "a Wi-Fi password"],
  [/^(mailto|matmsg|smtp):/i, "a mail address"],
  [/^(tel|sms|smsto):/i, "a telephone number"],
  [/^(begin:vcard|mecard:|bizcard:)/i, "a contact"],
  [/^(bitcoin|ethereum|litecoin|lightning):/i, "a payment address"],
  [/^fido:/i, "a passkey prompt"],
  [/^[a-z][a-z0-9+.-]*:\/\//i, "a link for some other app"],
];

export function kindOfText(text: string): string {
  return KINDS.find(([shape]) => shape.test(text.trim()))?.[1] ?? "some other text";
}
