/** Files that are recognized but can't be read, each with advice on what to do instead. */
import { ExitCode, UserError } from "../base/errors.ts";
import { preferencesOf } from "./android-preferences.ts";
import type { ForeignFile } from "./foreign-file.ts";
import type { Format } from "./format.ts";

interface Answer {
  is(file: ForeignFile, start: string): boolean;
  readonly message: string;
  readonly hints: readonly string[];
}

const EXPORT_FROM_APP =
  "export from the app instead, if it can; see: twinseed help importing (Google Authenticator: Transfer accounts)";

const OTHER_MANAGER =
  "import it into a password manager that reads it, such as Bitwarden or KeePassXC, and export from there: twinseed help importing";

const ANSWERS: readonly Answer[] = [
  {
    is: (_, start) => /^[^\r\n]{0,200}\bRfFieldsV2\b/.test(start),
    message: "the file is RoboForm's CSV, which is not supported",
    hints: [OTHER_MANAGER],
  },
  {
    is: ({ text }) => text?.includes("***5642bee8-a5ff-11dc-8314-0800200c9a66***") === true,
    message: "the file is an old export of 1Password (1PIF), which is not supported",
    hints: ["export from 1Password as 1PUX: twinseed help importing", OTHER_MANAGER],
  },
  {
    is: ({ text }, start) =>
      /^\s*<(?:\?xml[^>]*>\s*<)?database[\s>]/i.test(start) && /<field [^<>]*type=/.test(text ?? ""),
    message: "the file is SafeInCloud's XML, which is not supported",
    hints: ['export from SafeInCloud as CSV, and name its column of keys "totp"', OTHER_MANAGER],
  },
  {
    is: ({ bytes, text }) => bytes.length === 0 || text?.trim() === "",
    message: "the file is empty",
    hints: [],
  },
  {
    is: ({ members }) => members?.length === 0,
    message: "the zip archive is empty",
    hints: [],
  },
  {
    is: ({ name }) => /\.otpauth(?:db)?$/i.test(name),
    message: "the file is called a backup of OTP Auth (iOS), but is damaged or of an unknown version",
    hints: [
      "in OTP Auth, open each account, show its QR code, and add screenshots of them: twinseed import *.png",
    ],
  },
  {
    is: (_, start) => start.startsWith("SQLite format 3\0"),
    message: "the file is an app's database from a rooted phone (SQLite), which is not supported",
    hints: [EXPORT_FROM_APP],
  },
  {
    is: (_, start) => /^(age-encryption\.org\/v1|-----BEGIN AGE ENCRYPTED FILE-----)/.test(start),
    message: "the file is encrypted with age",
    hints: [
      "decrypt it first: age -d FILE > plain, import that, and shred it",
      "totp-cli: totp-cli dump --yes-please",
    ],
  },
  {
    is: ({ name }, start) => /^-----BEGIN PGP MESSAGE-----/.test(start) || isBinaryPgp(name, start),
    message: "the file is encrypted with OpenPGP",
    hints: ["decrypt it first: gpg -d FILE > plain, import that, and shred it"],
  },
  {
    is: (_, start) => start.startsWith("Salted__") || start.startsWith("U2FsdGVkX1"),
    message: "the file is encrypted with OpenSSL",
    hints: ["decrypt it first; gauth: openssl enc -d -aes-128-cbc -md sha256 -in FILE > plain"],
  },
  {
    is: ({ text }) => hasName(text, "AUTHENTICATOR_SERIAL") || hasName(text, "AUTHENTICATOR_DEVICE_SECRET"),
    message: "the file is from Battle.net's authenticator, which works only in Blizzard's own app",
    hints: [],
  },
  {
    is: ({ text }) => preferencesOf(text) !== undefined,
    message: "the file has an Android app's settings, but none that are known to contain seeds",
    hints: [EXPORT_FROM_APP],
  },
  {
    is: (_, start) => /^\s*(<!doctype html|<html|<head|<body)/i.test(start),
    message: "the file is a web page",
    hints: ["export as text or JSON, or save the QR codes that the page shows and add those pictures"],
  },
  {
    is: (_, start) => /^(7z\xbc\xaf\x27\x1c|\x1f\x8b|Rar!|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd)/.test(start),
    message: "the file is a packed archive",
    hints: ["unpack it first, then import the files in it"],
  },
];

export const unreadableFiles: Format = {
  id: "unreadable",
  name: "unreadable files",
  detect: (file) => answerTo(file) !== undefined,
  read(file) {
    const { message, hints } = answerTo(file) ?? { message: "the file can't be read", hints: [] };
    throw new UserError(message, ExitCode.unreadable, hints);
  },
};

function answerTo(file: ForeignFile): Answer | undefined {
  const start = Buffer.from(file.bytes.subarray(0, 512))
    .toString("latin1")
    .replace(/^\xef\xbb\xbf/, "");
  return ANSWERS.find((answer) => answer.is(file, start));
}

/** Its first byte alone is not distinctive enough. */
function isBinaryPgp(name: string, start: string): boolean {
  return /\.(gpg|pgp)$/i.test(name) && start.charCodeAt(0) >= 0x80;
}

function hasName(text: string | undefined, part: string): boolean {
  return [...(preferencesOf(text)?.keys() ?? [])].some((name) => name.includes(part));
}
