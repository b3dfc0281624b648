import { expect, it } from "vitest";
import {
  formatSection,
  hasProfile,
  isProfileName,
  quotedArgument,
  withSection,
} from "../../src/aws/aws-config-file.ts";

const wanted = {
  profile: "work-mfa",
  lines: [["credential_process", "twinseed aws credentials abc --profile work"]],
  rivals: ["role_arn"],
} as const;
const section = "[profile work-mfa]\ncredential_process = twinseed aws credentials abc --profile work\n";

it.each([
  ["an empty file", "", section],
  ["a file", "[default]\nregion = eu-west-1\n", `[default]\nregion = eu-west-1\n\n${section}`],
  ["a file without an end of line", "[default]\nregion=x", `[default]\nregion=x\n\n${section}`],
  [
    "a file of Windows",
    "[default]\r\nregion = x\r\n",
    `[default]\r\nregion = x\r\n\r\n${section.replaceAll("\n", "\r\n")}`,
  ],
  [
    "the section, with other settings and another behind it",
    "# mine\n[profile work-mfa]\nregion = x\ns3 =\n  max = 1\n\n[default]\noutput=json\n",
    "# mine\n[profile work-mfa]\nregion = x\ns3 =\n  max = 1\ncredential_process = twinseed aws credentials abc --profile work\n\n[default]\noutput=json\n",
  ],
  [
    "the section, empty and quoted, at the end",
    '[profile "work-mfa"]',
    '[profile "work-mfa"]\ncredential_process = twinseed aws credentials abc --profile work\n',
  ],
])("adds to %s, and changes nothing else", (_, before, after) => {
  expect(withSection(before, wanted)).toEqual({ kind: "add", text: after });
  expect(withSection(after, wanted)).toEqual({ kind: "same" });
});

it("does not touch a profile that says something else", () => {
  expect(withSection("[profile work-mfa]\ncredential_process = other\n", wanted)).toEqual({
    kind: "conflict",
    key: "credential_process",
  });
  expect(withSection("[profile work-mfa]\nROLE_ARN: arn:x\n", wanted)).toEqual({
    kind: "conflict",
    key: "role_arn",
  });
});

it("is not taken in by comments, values and other sections of that name", () => {
  const text = "; [profile work-mfa]\n[sso-session work-mfa]\na = [profile work-mfa]\n[profile work-mfa-2]\n";
  expect(withSection(text, wanted)).toEqual({ kind: "add", text: `${text}\n${section}` });
});

it("writes the default profile and names with a space as the CLI reads them", () => {
  expect(formatSection({ profile: "default", lines: [] })).toBe("[default]\n");
  expect(formatSection({ profile: "at work", lines: [] })).toBe('[profile "at work"]\n');
});

it("takes nothing into a command line that any shell could take for something else", () => {
  expect(quotedArgument("--endpoint-url=http://127.0.0.1:1")).toBe("--endpoint-url=http://127.0.0.1:1");
  expect(quotedArgument("a b")).toBe('"a b"');
  for (const bad of ["$(x)", "`x`", "a;b", 'a"b', "a'b", "a\\b", "%PATH%", "a\nb", "a&b", "a|b", "é", "!x"])
    expect(quotedArgument(bad)).toBeUndefined();
  expect(isProfileName("work")).toBe(true);
  for (const bad of ["", "-work", "a]b", "a\nb", " a", "a%b"]) expect(isProfileName(bad)).toBe(false);
});

it("knows which profiles there are, as the CLI names them in its two files", () => {
  const text = '# [profile a]\r\n[profile b]\r\n[ profile "c d" ]\nx = [e]\n[default]\n[f]\n';
  const found = (file: "config" | "credentials") =>
    ["a", "b", "c d", "e", "default", "f", "profile b"].filter((name) => hasProfile(text, name, file));
  expect(found("config")).toEqual(["b", "c d", "default"]);
  expect(found("credentials")).toEqual(["default", "f", "profile b"]);
});
