import { expect, it } from "vitest";
import {
  formatSection,
  profileNameFault,
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
  expect(withSection(before, wanted)).toMatchObject({ kind: "add", text: after });
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
  expect(withSection(text, wanted)).toMatchObject({ kind: "add", text: `${text}\n${section}` });
});

it("writes the default profile and names with a space as the CLI reads them", () => {
  expect(formatSection({ profile: "default", lines: [] })).toBe("[default]\n");
  expect(formatSection({ profile: "at work", lines: [] })).toBe('[profile "at work"]\n');
});

it("leaves a comment with the section below it", () => {
  const text = "[profile work-mfa]\nregion = x\n# mine\n\n# about b\n[profile b]\n";
  expect(withSection(text, wanted)).toMatchObject({
    text: "[profile work-mfa]\nregion = x\ncredential_process = twinseed aws credentials abc --profile work\n# mine\n\n# about b\n[profile b]\n",
  });
});

it("takes nothing into a command line that any shell could take for something else", () => {
  expect(quotedArgument("--endpoint-url=http://127.0.0.1:1")).toBe("--endpoint-url=http://127.0.0.1:1");
  for (const good of ["a b", "o'neil", "prod(1)", "本番", "é", "本番 (東京)"])
    expect(quotedArgument(good)).toBe(`"${good}"`);
  for (const bad of [
    "$(x)",
    "`x`",
    "a;b",
    'a"b',
    "a\\b",
    "%PATH%",
    "a\nb",
    "a&b",
    "a|b",
    "!x",
    "a#b",
    "a\u202eb",
  ])
    expect(quotedArgument(bad)).toBeUndefined();
  for (const good of ["work", "本番", "o'neil", "prod(1)", "at work"])
    expect(profileNameFault(good)).toBeUndefined();
  for (const bad of ["", "-work", "a]b", "a\nb", " a", "a%b", "a=b"])
    expect(profileNameFault(bad)).toBeDefined();
  expect(profileNameFault("a#b")).toContain('"#" means something else');
});
