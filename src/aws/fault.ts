/** Classifies what the AWS CLI prints on stderr when it fails. The texts are those of CLI 1.45 and 2.9. Pure. */

export type FaultKind =
  /** Wrong, late and used codes look alike. */
  | "invalid-code"
  /** The serial is not that of a device of the caller. */
  | "wrong-serial"
  | "session-keys"
  | "clock"
  | "keys-expired"
  | "keys-unknown"
  | "denied"
  | "exists"
  | "missing"
  | "in-use"
  | "limit"
  | "busy"
  | "no-profile"
  | "no-keys"
  | "sso"
  /** The CLI wants to ask for an MFA code itself. */
  | "asks-for-code"
  /** A program that the profile gets its keys from failed. */
  | "program"
  | "no-region"
  /** The role allows only shorter sessions. */
  | "duration"
  /** It is not known whether the call arrived. */
  | "network"
  | "usage"
  | "other";

export interface Fault {
  readonly kind: FaultKind;
  /** AWS's own error code, or "" if the call did not get that far. */
  readonly code: string;
  readonly message: string;
}

const SERVICE_ERROR =
  /An error occurred \(([\w.:]+)\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: ([\s\S]*)/;

interface Sign {
  readonly kind: FaultKind;
  /** Matches the beginning of AWS's error code. */
  readonly code?: RegExp;
  readonly text?: RegExp;
}

/** The first one that matches by code or text wins. */
const BY_SERVICE: readonly Sign[] = [
  { kind: "invalid-code", code: /^InvalidAuthenticationCode/, text: /invalid MFA one time pass ?code/i },
  { kind: "wrong-serial", text: /unable to validate MFA code/i },
  { kind: "session-keys", text: /with session credentials/i },
  {
    kind: "clock",
    code: /^Request(TimeTooSkewed|Expired|InTheFuture)/,
    text: /^Signature (expired|not yet)/,
  },
  { kind: "keys-expired", code: /^ExpiredToken/ },
  {
    kind: "keys-unknown",
    code: /^(InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure)/,
  },
  { kind: "duration", text: /MaxSessionDuration|exceeds the 1 hour session limit/ },
  { kind: "exists", code: /^EntityAlreadyExists/ },
  { kind: "missing", code: /^NoSuchEntity/ },
  { kind: "in-use", code: /^DeleteConflict/ },
  { kind: "limit", code: /^LimitExceeded/ },
  {
    kind: "busy",
    code: /^(EntityTemporarilyUnmodifiable|ConcurrentModification|Throttling|TooManyRequests|RequestLimitExceeded)/,
  },
  { kind: "denied", code: /^AccessDenied/ },
  { kind: "network", code: /^(ServiceFailure|ServiceUnavailable|Internal(Failure|Error)|5\d\d)/ },
];

/** What the CLI detects without AWS. */
const BY_CLI: readonly Sign[] = [
  { kind: "program", text: /retrieving credentials from custom-process/i },
  { kind: "asks-for-code", text: /Enter MFA code for/i },
  { kind: "no-region", text: /You must specify a region/i },
  { kind: "no-profile", text: /config profile \([^(]*\) could not be found/i },
  { kind: "sso", text: /aws (sso )?login|SSO (session|token)|Token has expired and refresh failed/i },
  { kind: "no-keys", text: /Unable to locate credentials|Partial credentials found/i },
  { kind: "network", text: /Could not connect to|(Connect|Read) timeout|Connection was closed/i },
  { kind: "network", text: /connection error|Failed to connect|SSL validation failed|Connection reset/i },
  { kind: "usage", text: /^usage: aws|Unknown options|unrecognized arguments|Parameter validation/im },
];

export function parseFault(stderr: string): Fault {
  const [, code, text = ""] = SERVICE_ERROR.exec(stderr) ?? [];
  if (code !== undefined) {
    const message = oneLine(text);
    const sign = BY_SERVICE.find((one) => one.code?.test(code) || one.text?.test(message));
    return { kind: sign?.kind ?? "other", code, message };
  }
  const kind = BY_CLI.find(({ text }) => text?.test(stderr))?.kind ?? "other";
  return { kind, code: "", message: oneLine(kind === "program" ? programError(stderr) : lastLine(stderr)) };
}

/** Faults that the CLI finds before it sends anything. */
const UNSENT: readonly FaultKind[] = [
  "no-profile",
  "no-keys",
  "no-region",
  "sso",
  "usage",
  "asks-for-code",
  "program",
];

/** Whether the call has certainly changed nothing at AWS. */
export function isUnsent({ kind, code }: Fault): boolean {
  return code === "" ? UNSENT.includes(kind) : kind !== "network";
}

/** All that the program says, whose first line is likely to have the reason; without what a twinseed says as advice. */
function programError(stderr: string): string {
  const [error = ""] = /Error when retrieving credentials from[\s\S]*/i.exec(stderr) ?? [];
  return error
    .split("\n")
    .filter((line) => !/^twinseed: hint: /.test(line))
    .join(" ");
}

/** The CLI prints its error message last, below its usage. */
function lastLine(stderr: string): string {
  return (
    stderr
      .split("\n")
      .map((line) => line.trim())
      .findLast(Boolean) ?? ""
  );
}

function oneLine(text: string): string {
  return text
    .trim()
    .replace(/^aws: (\[ERROR\]|error): /i, "")
    .replace(/\s+/g, " ")
    .replace(/\.$/, "");
}
