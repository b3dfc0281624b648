/** What runs often loads little: the files of dist/ that a command takes with it (packaging/layers.mjs). */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { github } from "../helpers/accounts.ts";
import { computerIn } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { inside } from "../helpers/inside.ts";

const uri = formatOtpauthUri(github);

/** Node writes down the scripts of a run, for its coverage. */
async function loadedBy(args: readonly string[]): Promise<string[]> {
  const folder = temporaryFolder();
  const env = { TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64"), TWINSEED_URI: uri };
  const computer = computerIn(join(folder, "home"), env);
  expect(await inside(computer, ["add", "-", "--name", "gh"], uri)).toMatchObject({ exitCode: 0 });
  const coverage = join(folder, "coverage");
  const ended = await computer.run(args, { env: { NODE_V8_COVERAGE: coverage } });
  expect(ended).toMatchObject({ exitCode: 0 });
  const scripts = readdirSync(coverage).flatMap((name) => {
    const { result }: { result: { url: string }[] } = JSON.parse(readFileSync(join(coverage, name), "utf8"));
    return result.map(({ url }) => url);
  });
  return scripts.flatMap((url) => /\/dist\/(.*)$/.exec(url)?.[1] ?? []).sort();
}

it.each<[line: string, more: string[]]>([
  ["code gh", []],
  ["code", []],
  ["list", ["list.cjs"]],
  ["list gh", ["list.cjs"]],
  ["code gh --json", ["list.cjs", "options.cjs"]],
  ["code gh --once", ["list.cjs", "options.cjs"]],
  ["code gh --next --min-remaining 5", ["list.cjs", "options.cjs"]],
  ["code gh --at 2020-01-01", ["list.cjs", "options.cjs"]],
  ["code --env --mask", ["list.cjs", "options.cjs"]],
])("twinseed %s", async (line, more) => {
  expect(await loadedBy(line.split(" "))).toEqual([...more, "twinseed.cjs"]);
});
