import { expect, it } from "vitest";
import { answerOf, formatCredentials, parseCredentials } from "../../src/aws/credentials.ts";
import { parseDuration } from "../../src/aws/duration.ts";

const answer = {
  Credentials: {
    AccessKeyId: "ASIAEXAMPLEEXAMPLE00",
    SecretAccessKey: "se/cr+et=",
    SessionToken: "FwoGZXIvYXdzE//+=",
    Expiration: "2026-01-31T12:00:00+00:00",
  },
};

it("reads what STS answers, and writes it as the tools want it", () => {
  const credentials = parseCredentials(answer);
  if (credentials === undefined) throw new Error("not read");
  expect(parseCredentials(answerOf(credentials))).toEqual(credentials);
  expect(JSON.parse(formatCredentials(credentials, "process"))).toEqual({
    Version: 1,
    ...answer.Credentials,
    Expiration: "2026-01-31T12:00:00Z",
  });
  expect(formatCredentials(credentials, "export")).toBe(
    [
      "export AWS_ACCESS_KEY_ID='ASIAEXAMPLEEXAMPLE00'",
      "export AWS_SECRET_ACCESS_KEY='se/cr+et='",
      "export AWS_SESSION_TOKEN='FwoGZXIvYXdzE//+='",
      "export AWS_CREDENTIAL_EXPIRATION='2026-01-31T12:00:00Z'",
      "",
    ].join("\n"),
  );
  expect(formatCredentials(credentials, "powershell")).toBe(
    [
      "$env:AWS_ACCESS_KEY_ID='ASIAEXAMPLEEXAMPLE00'",
      "$env:AWS_SECRET_ACCESS_KEY='se/cr+et='",
      "$env:AWS_SESSION_TOKEN='FwoGZXIvYXdzE//+='",
      "$env:AWS_CREDENTIAL_EXPIRATION='2026-01-31T12:00:00Z'",
      "",
    ].join("\n"),
  );
});

it.each([
  ["nothing", undefined],
  ["no expiry", { Credentials: { ...answer.Credentials, Expiration: undefined } }],
  ["a quote", { Credentials: { ...answer.Credentials, SessionToken: "a'; rm -rf ~; '" } }],
  ["a line break", { Credentials: { ...answer.Credentials, SecretAccessKey: "a\nb" } }],
])("reads no credentials with %s", (_, value) => {
  expect(parseCredentials(value)).toBeUndefined();
});

it("reads durations", () => {
  expect(["12h", "90m", "900s", "900", "1d", "", "-5", "1.5h"].map(parseDuration)).toEqual([
    43200,
    5400,
    900,
    900,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
