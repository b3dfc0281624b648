/** The texts are AWS's own, as its users report them. */
import { expect, it } from "vitest";
import { hintsFor } from "../../src/aws/causes.ts";
import { parseFault } from "../../src/aws/fault.ts";

const said = (code: string, operation: string, text: string) =>
  `\nAn error occurred (${code}) when calling the ${operation} operation: ${text}\n`;

it.each([
  [
    "invalid-code",
    said(
      "AccessDenied",
      "GetSessionToken",
      "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    ),
  ],
  [
    "invalid-code",
    said("InvalidAuthenticationCode", "EnableMFADevice", "Authentication code for device is not valid."),
  ],
  [
    "wrong-serial",
    said(
      "AccessDenied",
      "AssumeRole",
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    ),
  ],
  [
    "session-keys",
    said("AccessDenied", "GetSessionToken", "Cannot call GetSessionToken with session credentials"),
  ],
  [
    "clock",
    said(
      "SignatureDoesNotMatch",
      "GetCallerIdentity",
      "Signature expired: 20260131T110000Z is now earlier than 20260131T115500Z",
    ),
  ],
  [
    "clock",
    said(
      "RequestTimeTooSkewed",
      "X",
      "The difference between the request time and the current time is too large.",
    ),
  ],
  [
    "keys-expired",
    said("ExpiredToken", "GetCallerIdentity", "The security token included in the request is expired"),
  ],
  [
    "keys-unknown",
    said(
      "InvalidClientTokenId",
      "GetCallerIdentity",
      "The security token included in the request is invalid.",
    ),
  ],
  [
    "denied",
    said(
      "AccessDenied",
      "CreateVirtualMFADevice",
      "User: arn:aws:iam::1:user/a is not authorized to perform: iam:CreateVirtualMFADevice",
    ),
  ],
  [
    "exists",
    said(
      "EntityAlreadyExists",
      "CreateVirtualMFADevice",
      "MFADevice entity at the same path and name already exists.",
    ),
  ],
  ["limit", said("LimitExceeded", "EnableMFADevice", "Cannot exceed quota for MFADevicesPerUser: 8")],
  ["busy", said("Throttling", "X", "Rate exceeded")],
  ["network", '\nCould not connect to the endpoint URL: "https://sts.amazonaws.com/"\n'],
  ["network", '\nConnect timeout on endpoint URL: "https://sts.amazonaws.com/"\n'],
  ["no-profile", "\nThe config profile (nobody) could not be found\n"],
  ["no-keys", '\nUnable to locate credentials. You can configure credentials by running "aws configure".\n'],
  ["sso", "\nError loading SSO Token: Token for work does not exist\n"],
  [
    "sso",
    "\nThe SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.\n",
  ],
  [
    "usage",
    "\nusage: aws [options] <command>\n\naws: error: the following arguments are required: command\n",
  ],
  ["other", said("Mystery", "X", "something new")],
  ["other", ""],
])("%s", (kind, stderr) => {
  expect(parseFault(stderr).kind).toBe(kind);
});

it("takes the sentence and the code out of what the CLI says, also of newer ones", () => {
  const stderr = said("AccessDenied", "X (reached max retries: 2)", "no\n  way.").replace(
    "An",
    "aws: [ERROR]: An",
  );
  expect(
    parseFault(
      stderr
        .replace(" operation:", "")
        .replace("(reached max retries: 2)", "operation (reached max retries: 2):"),
    ),
  ).toEqual({
    kind: "denied",
    code: "AccessDenied",
    message: "no way",
  });
});

it("names the causes of a refused code in order: the clock, a used code, the wrong seed or serial", () => {
  const fault = { kind: "invalid-code", code: "AccessDenied", message: "" } as const;
  const hints = hintsFor(fault, { serial: "arn:aws:iam::123456789012:mfa/alice", profile: "work" });
  expect(hints.map((hint) => /clock|each works once|to another device|out of step/.exec(hint)?.[0])).toEqual([
    "clock",
    "each works once",
    "to another device",
    "out of step",
  ]);
});
