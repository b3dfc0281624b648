/** What the papers say, in English, as HTML; what is put in is HTML already. Other languages have the same keys (sheet-words-ja.ts). */
export const ENGLISH = {
  lang: "en",
  /** For a margin of the page, in CSS. */
  margin: "This paper is a key. Keep it locked away.",
  sheetTitle: (date: string) => `twinseed recovery sheet ${date}`,
  sharesTitle: (date: string) => `twinseed backup shares ${date}`,

  heading: "Recovery sheet",
  made: (accounts: number, hostname: string, date: string) =>
    `${accounts === 1 ? "1 account" : `${accounts} accounts`}, printed from twinseed on ${hostname} on ${date}`,
  inLedger: (name: string) => `, in the ledger as ${name}`,
  warning: `<strong>This paper is a key.</strong> Anyone who reads, copies or photographs it can make the login codes of the
accounts on it. Keep it locked away, apart from the passwords. When an account gets a new key, print a new sheet and shred this one.`,
  scan: "<strong>Scan</strong> a code with any authenticator app: the app shows the account&#8217;s login codes from then on.",
  typeKey:
    "<strong>Or type the key</strong> into the app, without the slash and the four characters after it, and choose the settings shown under &#8220;Codes&#8221;.",
  typeCommand: `<strong>Or, with twinseed,</strong> type the command under &#8220;Type it in&#8221;. When it asks for the key, type the slash and the four
characters too: they show whether the key was typed correctly. Spaces and upper or lower case do not matter; the digits 0, 1, 8
and 9 never appear.`,
  viewer: (command: string, hash: string) =>
    `A recovery page (an HTML backup) opens in any browser. Type a passphrase into your own page only:
${command} gives, for this version, ${hash}.`,
  missing: (names: readonly string[]) =>
    `<strong>Not on this sheet</strong>, because the key could not be read: ${names.join(", ")}.`,

  key: "Key / check",
  codes: "Codes",
  command: "Type it in",
  holders: "Also held by",
  note: "Note",
  asOf: (date: string, name: string) => `As of ${date}${name}. This paper is a key: keep it locked away.`,
  ownName: (name: string) => `, ${name} in twinseed`,
  qr: "QR code",
  noQr: "Too long for a QR code: type the key.",
  steam: "Steam Guard: 5 letters and digits, a new code every 30 seconds",
  timed: (algorithm: string, digits: number, period: number) =>
    `time-based (TOTP), ${algorithm}, ${digits} digits, a new one every ${period} seconds`,
  counting: (algorithm: string, digits: number, counter: number, date: string) =>
    `counter-based (HOTP), ${algorithm}, ${digits} digits; the next counter was <strong>${counter}</strong> on ${date}. Each code used since then has advanced it: if a code is refused, try the next ones.`,
  noHolder: "no device that twinseed knows of",
  /** A kind of device. */
  kind: (kind: string) => kind,
  confirmed: (date: string) => `confirmed ${date}`,
  unconfirmed: "not confirmed",
  holder: (name: string, kind: string, state: string) => `${name} (${kind}, ${state})`,
  between: ", ",
  more: (number: number) => ` and ${number} more`,

  share: (number: number, count: number | undefined) =>
    `Share ${number}${count === undefined ? "" : ` of ${count}`}`,
  opens: (backup: string, made: string, needed: number, date: string) =>
    `Opens the twinseed backup ${backup} of ${made}, together with other shares: <strong>${needed === 1 ? "this one alone is enough" : `any ${needed} of them are enough; fewer reveal nothing`}</strong>. Printed on ${date}.`,
  shareWarning: (needed: number) =>
    `<strong>This paper is ${needed === 1 ? "a key" : "a part of a key"}.</strong> Keep it locked away, in a different place or with a different person
than the other shares, and do not copy or photograph it. The backup file itself is not on this paper: keep that where it outlives your devices.`,
  gather: (needed: number, first: string) =>
    `Get ${needed === 1 ? "the backup file" : `${needed} shares that begin with the same two words as this one (${first}), and the backup file`}.`,
  restore: (command: string, words: number) =>
    `Run ${command}. When it asks, type the ${words} words of each share in order.
No two words of the list begin with the same four letters; a mistyped share is detected.`,
  standard: "The words follow SLIP-39, a public standard: other programs can combine the shares, too.",
};

export type SheetWords = typeof ENGLISH;
