/** Text to enrolments. What it says is never quoted: it may be a seed. */
import { ExitCode, UserError } from "../../errors.ts";
import { describeBase32Fault, parseBase32 } from "../../otp/base32.ts";
import { DEFAULTS, type Enrolment } from "../../otp/enrolment.ts";
import { isOtpauthUri, OtpauthUriError, parseOtpauthUri } from "../../otp/otpauth-uri.ts";

/** One otpauth URI a line, or one bare key. */
export function enrolmentsIn(bytes: Uint8Array, from: string): Enrolment[] {
  const lines = decodeText(bytes, from).split(/\r\n|\r|\n/);
  const entries = lines.flatMap((text, i) => (text.trim() === "" ? [] : [{ text, where: `line ${i + 1}` }]));
  const [only] = entries;
  if (only === undefined) throw new UserError(`${from} holds nothing but white space`, ExitCode.unreadable);
  if (entries.length === 1 && !only.text.includes("://")) return [bareKey(keyIn(only.text, from))];
  return entries.map(({ text, where }) => uriIn(text, `${from}, ${where}`));
}

/** A URI or a bare key. */
export function enrolmentIn(text: string, where: string): Enrolment {
  return isOtpauthUri(text) ? uriIn(text, where) : bareKey(keyIn(text, where));
}

export function uriIn(uri: string, where: string): Enrolment {
  try {
    return parseOtpauthUri(uri);
  } catch (error) {
    if (!(error instanceof OtpauthUriError)) throw error;
    throw new UserError(`can't use the otpauth URI in ${where}: ${error.message}`, ExitCode.unreadable);
  }
}

function keyIn(text: string, where: string): Enrolment["secret"] {
  const secret = parseBase32(text);
  if (typeof secret !== "string") return secret;
  throw new UserError(`can't use the key in ${where}: ${describeBase32Fault(secret)}`, ExitCode.unreadable);
}

/** A seed typed or piped without a URI around it gets its issuer and label from options or questions. */
function bareKey(secret: Enrolment["secret"]): Enrolment {
  const { algorithm, digits, period } = DEFAULTS;
  return { issuer: "", label: "", otp: { type: "totp", algorithm, digits, period }, secret };
}

function decodeText(bytes: Uint8Array, from: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${from} is neither a picture nor text`, ExitCode.unreadable, [
      "known pictures: PNG, JPEG; known text: otpauth URIs one a line, or one base32 key",
    ]);
  }
}
