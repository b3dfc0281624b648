/** IAM's credential report, as AWS and as others write it. */
import { describe, expect, it } from "vitest";
import { parseReport } from "../../src/aws/credential-report.ts";

const HEADER =
  "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated";
const of = (user: string, arn: string, rest: string): string =>
  `${HEADER}\n${user},${arn},2020-01-01T00:00:00+00:00,${rest}`;
const arn = (name: string): string => `arn:aws:iam::123456789012:user/${name}`;

describe("parseReport", () => {
  it("reads passwords, MFA and the age of active keys", () => {
    const rest = "true,N/A,false,true,2025-01-02T03:04:05+00:00,false,2024-01-01T00:00:00+00:00";
    expect(parseReport(of("bob", arn("bob"), rest))).toEqual([
      {
        user: "bob",
        hasPassword: true,
        hasMfa: false,
        keys: [{ number: 1, since: Date.UTC(2025, 0, 2, 3, 4, 5) }],
      },
    ]);
    const root = "not_supported,N/A,true,true,N/A,true,no_information";
    expect(parseReport(of("<root_account>", "arn:aws:iam::123456789012:root", root))).toEqual([
      {
        user: "<root_account>",
        hasPassword: false,
        hasMfa: true,
        keys: [
          { number: 1, since: undefined },
          { number: 2, since: undefined },
        ],
      },
    ]);
  });

  it.each([
    ["a,b,c", arn("a,b,c")],
    ['"a,b,c"', `"${arn("x,y/a,b,c")}"`],
    ["a=b,c@d_e-f", arn("eng/,/a=b,c@d_e-f")],
  ])("reads a name with commas: %s", (user, itsArn) => {
    const rows = parseReport(of(user, itsArn, "true,N/A,true,false,N/A,false,N/A\r"));
    expect(rows?.map((row) => row.user)).toEqual([user.replaceAll('"', "")]);
    expect(rows?.[0]).toMatchObject({ hasPassword: true, hasMfa: true, keys: [] });
  });

  it.each([
    ["nothing", ""],
    ["another table", "name,arn\nbob,x"],
    ["a column that is missing", HEADER.replace("mfa_active,", "")],
    ["a line that is cut", of("bob", arn("bob"), "true,N/A,fal")],
    ["a line without an ARN", of("bob", "x", "true,N/A,false,false,N/A,false,N/A")],
    ["another word for yes", of("bob", arn("bob"), "yes,N/A,false,false,N/A,false,N/A")],
    ["HTML", "<html>\n<body>"],
  ])("says nothing about %s: half a report would hide users", (_, text) => {
    expect(parseReport(text)).toBeUndefined();
  });
});
