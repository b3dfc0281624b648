/** Whether the name of a field says that it holds a one-time password: "TOTP", "2FA", "otpSecret", "One-time code". Pure. */

const SAYS =
  /\b(?:t|h)?otp(?:s|auth)?\b|\b[2t]fa\b|\bmfa\b|\botpauth|one[\s_-]?time|(?:two|2)[\s_-]?(?:factor|step)|authenticator/i;
/** Those are used once, too, but make no codes. */
const ELSE = /recover|backup|scratch|emergency|codes\b|hint|enabled|algorithm|digits|period|counter|type\b/i;

export function saysOneTime(name: string): boolean {
  const words = wordsOf(name.slice(0, 200));
  return SAYS.test(words) && !ELSE.test(words);
}

/** Whether a longer text speaks of them at all. */
export function mentionsOneTime(text: string): boolean {
  return SAYS.test(wordsOf(text));
}

function wordsOf(text: string): string {
  return text.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/_/g, " ");
}
