/** Has AWS make its credential report, and reads it. */
import { parseReport, type ReportedUser } from "../../aws/credential-report.ts";
import { ExitCode, UserError } from "../../base/errors.ts";
import { isText, isTime } from "../../base/untrusted-json.ts";
import type { Needs } from "../../world.ts";
import type { AwsReader } from "./ask-aws.ts";
import { ASKED, type Asked } from "./audit-policy.ts";
import { type Gap, named, odd } from "./gaps.ts";

/** Milliseconds to wait for the report, and between two questions whether it is there. */
const REPORT_PATIENCE = 3 * 60_000;
const REPORT_PAUSE = 2000;

export interface Report {
  readonly users: readonly ReportedUser[];
  readonly at: string | undefined;
}

export async function reportOf(
  reader: AwsReader,
  known: <T>(answer: T | UserError, asked: Asked) => T | undefined,
  { clock }: Needs<"clock">,
): Promise<Report | undefined> {
  const until = clock.now() + REPORT_PATIENCE;
  for (;;) {
    const state = known(await reader.ask(ASKED.makeReport), ASKED.makeReport);
    if (state === undefined) return undefined;
    if (state.State === "COMPLETE") break;
    if (clock.now() >= until)
      return known<undefined>(
        new UserError(`AWS was not done with it after ${REPORT_PATIENCE / 60_000} minutes`, ExitCode.failed),
        ASKED.makeReport,
      );
    await clock.sleep(REPORT_PAUSE);
  }
  const answer = known(await reader.ask({ ...ASKED.report, isLong: true }), ASKED.report);
  if (answer === undefined) return undefined;
  const { Content: content, GeneratedTime: at } = answer;
  const users = isText(content) ? parseReport(Buffer.from(content, "base64").toString()) : undefined;
  if (users === undefined) return known<undefined>(odd("a report"), ASKED.report);
  return { users, at: isTime(at) ? new Date(at).toISOString() : undefined };
}

/** Users that the report does not have yet may have a password, and keys. */
export function newerThan(report: Report | undefined, users: ReadonlySet<string> | undefined): Gap[] {
  if (report === undefined || users === undefined) return [];
  const reported = new Set(report.users.map(({ user }) => user));
  const newer = [...users].filter((user) => !reported.has(user));
  if (newer.length === 0) return [];
  return [
    {
      what: `passwords and access keys of ${named(newer)}`,
      why: `newer than the credential report${report.at === undefined ? "" : ` of ${report.at}`}; AWS makes a new one every four hours`,
    },
  ];
}
