/** What a keyring's error messages mean. @napi-rs/keyring 2.1 has one code for all errors (measured), so the text decides. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { STANDALONE } from "../../base/version.ts";
import { NATIVE_MESSAGES } from "./native-messages.ts";

interface Meaning {
  readonly text: RegExp;
  readonly reason: string;
  readonly hints: readonly string[];
  /** Whether the text says more than the reason. */
  readonly quote?: true;
  readonly exitCode?: ExitCode;
  readonly type?: typeof UserError;
}

/** There is no keyring to talk to. With all other errors there is one, and it may have what it does not return now. */
export class NoKeyring extends UserError {}

/** There is a keyring, but it does not answer: it will not answer the next call either. */
export class UnresponsiveKeyring extends UserError {}

/** There is a keyring, and no one has unlocked it. */
export class LockedKeyring extends UserError {}

/** There is a keyring, and nowhere in it to put anything. */
export class NoCollection extends UserError {}

/** There are several entries with this name. */
export class SeveralMatch extends UserError {}

/** The keys of this connection are not those of the keyring: on another one they are. */
export class BadExchange extends UserError {}

/** What this connection returned is no text: the entry is damaged, or the keys of the connection are not those of the keyring. */
export class NotText extends UserError {}

const OTHER_STORE =
  "to keep seeds in an encrypted file instead, set TWINSEED_STORE=file before you add the first account";
const REINSTALL = STANDALONE
  ? "unpack the whole archive again: keyring.node belongs next to the executable"
  : "reinstall it without --omit=optional: npm install --global twinseed";
const SAME_SESSION = "run this in the desktop session that has the keyring";

const MEANINGS: readonly Meaning[] = [
  {
    text: /^Cannot find (native binding|module)/,
    reason: "the part of twinseed that talks to keyrings is not installed",
    hints: [REINSTALL, OTHER_STORE],
    type: NoKeyring,
  },
  {
    text: /^Can't load the native binding: /,
    reason: "the part of twinseed that talks to keyrings is there, and can't be loaded",
    quote: true,
    hints: [
      "it is damaged, or made for another system: install twinseed again on this computer",
      OTHER_STORE,
    ],
    type: NoKeyring,
  },
  {
    text: /Using X11 for dbus-daemon autolaunch|Unable to autolaunch|Failed to connect to (socket|address)/,
    reason: "there is no session bus (D-Bus) to reach it",
    hints: [SAME_SESSION, "or set DBUS_SESSION_BUS_ADDRESS", OTHER_STORE],
    type: NoKeyring,
  },
  {
    text: /The name org\.freedesktop\.secrets was not provided|ServiceUnknown/,
    reason: "no Secret Service runs on the session bus",
    hints: ["install and start one: gnome-keyring, KWallet or KeePassXC", OTHER_STORE],
    type: NoKeyring,
  },
  {
    text: /Did not receive a reply/,
    reason: "it does not answer",
    hints: ["unlock it, or restart its program, and run this again"],
    type: UnresponsiveKeyring,
  },
  {
    text: /Too many open files/,
    reason: "too many files are open",
    hints: ["allow more, for example with: ulimit -n 4096"],
  },
  {
    text: /prompt was dismissed|is locked|IsLocked/i,
    reason: "it is locked",
    hints: ["unlock it (log in to the desktop, or open its program) and run this again"],
    type: LockedKeyring,
  },
  {
    text: /Client public key size is invalid|Unpad Error|Can't find session/,
    reason: "its encryption failed, again and again",
    hints: ["update KWallet: versions before March 2026 fail now and then", OTHER_STORE],
    type: BadExchange,
  },
  {
    text: /no result found/,
    reason: "it has no default collection yet",
    hints: [
      "create one in its program (Seahorse, KWalletManager, KeePassXC) and run this again",
      OTHER_STORE,
    ],
    type: NoCollection,
  },
  {
    text: /matched by \d+ credentials/,
    reason: "more than one entry matches",
    hints: ["another program added an entry: remove it in the keyring's own program"],
    exitCode: ExitCode.failed,
    type: SeveralMatch,
  },
  {
    text: /not valid UTF-8|not UTF-8/,
    reason: "the entry is damaged (not text)",
    hints: ["other accounts are not affected", "restore this one from a backup"],
    exitCode: ExitCode.failed,
    type: NotText,
  },
  {
    text: /longer than (the )?platform limit/,
    reason: "issuer and label are too long for this keyring",
    hints: ["give the account a shorter label", OTHER_STORE],
    exitCode: ExitCode.failed,
  },
];

/** The message starts with `what`, such as: can't read the seed of account "…" in the keyring */
export function keyringError(what: string, error: unknown): UserError {
  const text = error instanceof Error ? error.message : String(error);
  const meaning = MEANINGS.find((meaning) => meaning.text.test(text));
  const native = meaning === undefined ? nativeError(what, text) : undefined;
  if (native !== undefined) return native;
  if (meaning === undefined)
    return locked(what, printable(text, 200), ["check that the keyring's own program works", OTHER_STORE]);
  const { reason, hints, exitCode = ExitCode.locked, type: Kind = UserError, quote } = meaning;
  const more = quote ? ` (${printable(text.replace(meaning.text, ""), 200)})` : "";
  return new Kind(`${what}: ${reason}${more}`, exitCode, hints);
}

function nativeError(what: string, text: string): UserError | undefined {
  const known = NATIVE_MESSAGES.find((message) => message.text.test(text));
  if (known === undefined) return undefined;
  const { reason, hints, isMissing = false, isQuoted = false } = known;
  const quote = isQuoted ? ` (${printable(text.replace(/^[A-Za-z' ]+: /, ""), 200)})` : "";
  return new (isMissing ? NoKeyring : LockedKeyring)(`${what}: ${reason}${quote}`, ExitCode.locked, hints);
}

export function tooSlowError(what: string, milliseconds: number): UserError {
  return new LockedKeyring(
    `${what}: it was not unlocked within ${milliseconds / 1000} seconds`,
    ExitCode.locked,
    [
      "unlock it, answer its prompt if one is open, and run this again",
      "to wait longer: --keyring-wait SECONDS, or TWINSEED_KEYRING_WAIT",
    ],
  );
}

export function notPersistentError(what: string): UserError {
  return locked(what, "it does not keep what is stored in it", [OTHER_STORE]);
}

function locked(what: string, reason: string, hints: readonly string[]): UserError {
  return new UserError(`${what}: ${reason}`, ExitCode.locked, hints);
}
