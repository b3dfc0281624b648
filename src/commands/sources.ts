/** Where enrolments come from: pictures, stdin, an argument, or a person who types. Reads, decides nothing, stores nothing. */
import type { Context } from "../context.ts";
import { ExitCode, UserError } from "../errors.ts";
import { describeBase32Fault, parseBase32 } from "../otp/base32.ts";
import { DEFAULTS, type Enrolment, STEAM } from "../otp/enrolment.ts";
import { isOtpauthUri, OtpauthUriError, parseOtpauthUri } from "../otp/otpauth-uri.ts";
import { kindOfText } from "../otp/text-kind.ts";
import { printable } from "../printable.ts";
import { LARGEST_IMAGE, looksLikeImage } from "../qr/image-header.ts";
import { usageError } from "./options.ts";
import { quoted, warn } from "./say.ts";

/** The enrolments of one source; the ones of one picture may need choosing among. */
export interface Found {
  /** For messages: a file name, "stdin", "the argument". */
  readonly from: string;
  readonly enrolments: readonly Enrolment[];
  readonly isPicture: boolean;
}

/** A seed typed or piped without a URI around it gets its issuer and label from options or questions. */
function bareKey(secret: Enrolment["secret"]): Enrolment {
  const { algorithm, digits, period } = DEFAULTS;
  return { issuer: "", label: "", otp: { type: "totp", algorithm, digits, period }, secret };
}

export async function readSource(source: string, ctx: Context): Promise<Found> {
  if (source === "-") return readStdin(ctx);
  if (isOtpauthUri(source)) {
    warn(
      ctx,
      "a URI on the command line is seen by ps and kept in the shell's history; better: twinseed add -",
    );
    return { from: "the argument", enrolments: [parsed(source, "the argument")], isPicture: false };
  }
  if (couldBeKey(source)) {
    // Never echoed: it may be one.
    throw new UserError("this looks like a secret key, and keys are not taken as arguments", ExitCode.usage, [
      "type it where nobody sees it: twinseed add",
      "or pipe it: twinseed add - --issuer NAME",
    ]);
  }
  return readPicture(await ctx.files.read(source, LARGEST_IMAGE), quoted(source));
}

function couldBeKey(argument: string): boolean {
  return /^[A-Za-z2-7]{16,}=*$/.test(argument.replace(/[\s-]/g, "")) && !argument.includes(".");
}

async function readStdin(ctx: Context): Promise<Found> {
  const bytes = await ctx.stdin.readAll(LARGEST_IMAGE);
  if (bytes.length === 0) {
    throw new UserError("stdin is empty", ExitCode.unreadable, [
      "pipe a picture, otpauth URIs or a key into it, as in: twinseed add - < screenshot.png",
    ]);
  }
  if (looksLikeImage(bytes)) return readPicture(bytes, "stdin");
  return { from: "stdin", enrolments: readText(bytes), isPicture: false };
}

/** One otpauth URI a line, or one bare key. */
function readText(bytes: Uint8Array): Enrolment[] {
  const lines = decodeText(bytes).split(/\r\n|\r|\n/);
  const entries = lines.flatMap((text, i) => (text.trim() === "" ? [] : [{ text, where: `line ${i + 1}` }]));
  const [only] = entries;
  if (only === undefined) throw new UserError("stdin holds nothing but white space", ExitCode.unreadable);
  if (entries.length === 1 && !only.text.includes("://")) return [bareKey(parsedKey(only.text, "stdin"))];
  return entries.map(({ text, where }) => parsed(text, `stdin, ${where}`));
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError("stdin is neither a picture nor text", ExitCode.unreadable, [
      "known pictures: PNG, JPEG; known text: otpauth URIs one a line, or one base32 key",
    ]);
  }
}

async function readPicture(image: Uint8Array, from: string): Promise<Found> {
  const { readQrCodes } = await import("../qr/read.ts");
  let texts: readonly string[];
  try {
    texts = await readQrCodes(image);
  } catch (error) {
    if (error instanceof UserError)
      throw new UserError(`${from}: ${error.message}`, error.exitCode, error.hints);
    throw error;
  }
  const uris = texts.filter(isOtpauthUri);
  if (texts.length === 0) {
    throw new UserError(`no QR code found in ${from}`, ExitCode.unreadable, [
      'on the AWS page, choose "Show QR code" first: the box is covered until then',
      "a screenshot works better than a photo; crop it around the code, with its white margin",
      'or choose "Show secret key" and type the key: twinseed add',
    ]);
  }
  if (uris.length === 0) {
    const kinds = [...new Set(texts.map(kindOfText))].join(", ");
    throw new UserError(
      `the QR code in ${from} is not an otpauth one: it holds ${kinds}`,
      ExitCode.unreadable,
      ["the code to use is the one that the service shows for an authenticator app"],
    );
  }
  return { from, enrolments: uris.map((uri) => parsed(uri, from)), isPicture: true };
}

function parsed(uri: string, where: string): Enrolment {
  try {
    return parseOtpauthUri(uri);
  } catch (error) {
    if (!(error instanceof OtpauthUriError)) throw error;
    throw new UserError(`can't use the otpauth URI in ${where}: ${error.message}`, ExitCode.unreadable);
  }
}

function parsedKey(text: string, where: string): Enrolment["secret"] {
  const secret = parseBase32(text);
  if (typeof secret !== "string") return secret;
  throw new UserError(`can't use the key in ${where}: ${describeBase32Fault(secret)}`, ExitCode.unreadable);
}

/** Asks for a URI or key, hidden. */
export async function askSource(ctx: Context): Promise<Found> {
  const terminal = ctx.terminal();
  if (terminal === undefined) {
    throw usageError(
      "nothing to add, and no terminal to ask on",
      "name a picture, or pipe it: twinseed add - < FILE",
    );
  }
  const text = await terminal.askHidden("otpauth URI or secret key (not shown): ");
  const enrolment = isOtpauthUri(text)
    ? parsed(text, "what you typed")
    : bareKey(parsedKey(text, "what you typed"));
  return { from: "the terminal", enrolments: [enrolment], isPicture: false };
}

/** Lists the codes of a picture for choosing: issuer and label, never the seed. */
export function describe({ issuer, label, otp }: Enrolment): string {
  const who = [issuer, label].filter((text) => text !== "").map((text) => printable(text));
  return `${who.join(", ") || "without a name"}${otp === STEAM ? " (Steam)" : ""}`;
}
