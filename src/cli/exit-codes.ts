/** What the exit codes mean: for --help, the man page and docs/commands.md. The numbers are in base/errors.ts. */
import { ExitCode } from "../base/errors.ts";

export interface ExitMeaning {
  readonly code: ExitCode;
  readonly what: string;
  /** Where there is room for it. */
  readonly more?: string;
}

export const EXIT_CODES: readonly ExitMeaning[] = [
  { code: ExitCode.done, what: "done" },
  { code: ExitCode.failed, what: "failed", more: "or a bug" },
  { code: ExitCode.usage, what: "wrong command line" },
  { code: ExitCode.notFound, what: "not found" },
  { code: ExitCode.ambiguous, what: "several match" },
  {
    code: ExitCode.unreadable,
    what: "unreadable input",
    more: "such as no QR code, a bad URI, a bad or unknown file",
  },
  { code: ExitCode.locked, what: "seed store locked or missing", more: "or a wrong passphrase" },
  { code: ExitCode.noUnspentCode, what: "no unspent code now" },
  { code: ExitCode.findings, what: "audit findings" },
  { code: ExitCode.undecided, what: "a person must decide", more: "which list of members counts" },
  { code: ExitCode.interrupted, what: "interrupted" },
];

/** Some of them on one line. */
export function exitCodes(from: number, to?: number): string {
  return EXIT_CODES.slice(from, to)
    .map(({ code, what }) => `${code} ${what}`)
    .join(", ");
}
