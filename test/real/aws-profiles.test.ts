/** Our reading of the AWS CLI's files, compared with botocore's own, on random files that hold what people write there. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { profilesIn } from "../../src/aws/profiles.ts";
import { times } from "../helpers/times.ts";

const MODULES = ["botocore", "awscli.botocore"];
const PYTHONS = ["python3", "/usr/bin/python3"];

function canImport(python: string, module: string): boolean {
  return spawnSync(python, ["-c", `import ${module}.session`]).status === 0;
}

const found = PYTHONS.flatMap((python) =>
  MODULES.filter((module) => canImport(python, module)).map((module) => ({ python, module })),
);

/** Reads pairs of files and prints for each what `full_config` has: null for an error. */
const READER = (module: string): string => `
import json, sys
from ${module}.session import Session
answers = []
session = Session()
for config, credentials in json.load(sys.stdin):
    session._config = None
    session.set_config_variable("config_file", config)
    session.set_config_variable("credentials_file", credentials)
    try:
        answers.append(session.full_config["profiles"])
    except Exception as error:
        answers.append(None)
print(json.dumps(answers))
`;

const word = fc.constantFrom("a", "b", "c d", "本番", "o'neil", "default", "x\\y", "A");
const header = fc.oneof(
  word.map((name) => `[profile ${name}]`),
  word.map((name) => `[profile "${name}"]`),
  word.map((name) => `[profile '${name}']`),
  word.map((name) => `[${name}]`),
  fc.constantFrom(
    "[default]",
    "[DEFAULT]",
    "[ profile a]",
    "[profile\ta]",
    "[profilea b]",
    "[sso-session a]",
    "[profile a] # x",
    "[profile a]]",
    "[profile]",
  ),
);
const key = fc.constantFrom(
  "role_arn",
  "ROLE_ARN",
  "source_profile",
  "mfa_serial",
  "region",
  "s3",
  "external_id",
);
const setting = fc
  .tuple(
    fc.constantFrom("", "", "", " "),
    key,
    fc.constantFrom("=", " = ", ":", " : ", "\t=\t"),
    fc.constantFrom("x", "a = b", "", "x # y", "本番", "x ; y", "a:b"),
  )
  .map((parts) => parts.join(""));
const other = fc.constantFrom(
  "",
  "   ",
  "# role_arn = y",
  "  ; mfa_serial = z",
  "  max = 1",
  "\tmore",
  "stray",
  "=",
);
const file = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: header },
        { weight: 6, arbitrary: setting },
        { weight: 2, arbitrary: other },
      ),
      { maxLength: 14 },
    ),
    fc.constantFrom("\n", "\n", "\r\n"),
    fc.boolean(),
  )
  .map(([lines, end, closed]) => lines.join(end) + (closed ? end : ""));
/** Most random files have a fault; these have none of the usual ones. */
const clean = fc.uniqueArray(header, { maxLength: 4 }).chain((headers) =>
  fc
    .tuple(
      ...headers.map((one) =>
        fc
          .uniqueArray(setting, {
            maxLength: 3,
            selector: (line) =>
              line
                .trim()
                .split(/[\s=:]/)[0]
                ?.toLowerCase(),
          })
          .map((lines) => [one, ...lines].join("\n")),
      ),
    )
    .map((sections) => sections.join("\n\n")),
);

const folder = mkdtempSync(join(tmpdir(), "twinseed-aws-profiles-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(found.length === 0)("profiles (needs botocore, as AWS CLI 1 or 2 has it)", () => {
  for (const { python, module } of found)
    it(`are those of ${module} of ${python}`, () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const either = fc.oneof(file, clean);
      const samples = fc.sample(fc.tuple(either, either), { numRuns: times(1500), seed });
      const paths = samples.map((pair, i) =>
        pair.map((text, j) => {
          const path = join(folder, `${i}-${j}`);
          writeFileSync(path, text);
          return path;
        }),
      );
      const ended = spawnSync(python, ["-c", READER(module)], {
        input: JSON.stringify(paths),
        maxBuffer: 2 ** 28,
      });
      expect(String(ended.stderr)).toBe("");
      const answers: (Record<string, Record<string, unknown>> | null)[] = JSON.parse(String(ended.stdout));
      expect(answers.filter((answer) => Object.keys(answer ?? {}).length > 0).length).toBeGreaterThan(200);
      answers.forEach((answer, i) => {
        const [config = "", credentials = ""] = samples[i] ?? [];
        const ours = profilesIn(config, credentials);
        const read =
          ours &&
          Object.fromEntries([...ours].map(([name, { settings }]) => [name, Object.fromEntries(settings)]));
        // A nested value, as of "s3 =", is a table for botocore, and text for us.
        expect({ seed, config, credentials, read: read && flat(read) }).toEqual({
          seed,
          config,
          credentials,
          read: answer === null ? undefined : flat(answer),
        });
      });
    });
});

function flat(profiles: Record<string, Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(profiles).map(([name, settings]) => [
      name,
      Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [
          key,
          typeof value === "string" && !value.startsWith("\n") ? value : "nested",
        ]),
      ),
    ]),
  );
}
