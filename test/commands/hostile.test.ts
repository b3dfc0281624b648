/** Text from outside: shown harmless, stored whole. */
import { expect, it } from "vitest";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const HOSTILE = {
  "escape sequences": "\x1b]0;owned\x07\x1b[2J\x1b[31mred",
  "C1 controls": "\x9b2Jred",
  newlines: "first\r\nsecond\ntwinseed: error: forged",
  "a path": "../../../etc/passwd",
  "right-to-left marks": "\u202egro.elpmaxe\u202c\u2066x\u2069\u200f",
  "a command": "$(touch /tmp/owned)`id`;'\"",
  "10 kB": "x".repeat(10_000),
  "tabs and bells": "a\tb\x07c",
};

const HARMFUL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

for (const [what, text] of Object.entries(HOSTILE)) {
  it(what, async () => {
    const account = { ...github, issuer: text, label: `${text}@x` };
    const cli = testCli({ files: { [text]: "not a picture" } });
    const uri = formatOtpauthUri(account);
    const shown = [await cli.run("add -", { stdin: uri, answers: ["n"] })];
    const list = JSON.parse((await cli.run("list --json")).stdout);
    const [{ id }] = list;
    expect([list[0].issuer, list[0].label]).toEqual([text, `${text}@x`]);
    for (const command of [
      "list",
      "list --json",
      "code",
      `code ${id} --json`,
      "code --json",
      "code nothing",
      `code ${id} --pair`,
    ]) {
      shown.push(await cli.run(command, { answers: [], color: false }));
    }
    shown.push(
      await cli.run(["code", text]),
      await cli.run(["add", text]),
      await cli.run([text]),
      await cli.run(["code", `--${text}`]),
    );
    shown.push(await cli.run(`rename ${id} ok`), await cli.run(["rename", "ok", text]));
    shown.push(
      await cli.run(`remove ${id}`, { answers: ["y"] }),
      await cli.run("list --removed"),
      await cli.run(`restore ${id}`),
    );
    for (const { stdout, stderr, terminal } of shown) {
      expect(stdout + stderr + terminal).not.toMatch(HARMFUL);
      expect(stderr).not.toMatch(/^(?!twinseed: )./m);
      expect(stderr).not.toMatch(/^twinseed: error: forged/m);
      expect(stderr).not.toMatch(/twinseed \w+ .*(\$\(|`)/);
    }
    for (const line of shown
      .flatMap(({ stdout, terminal }) => `${stdout}${terminal}`.split("\n"))
      .filter((line) => !/^[[{]/.test(line))) {
      expect(line.length).toBeLessThan(600);
    }
    const back = parseOtpauthUri((await cli.run(`uri ${id}`)).stdout);
    expect([back.issuer, back.label]).toEqual([text, `${text}@x`]);
    for (const name of cli.folder.files.keys()) expect(name).toMatch(/^[a-z0-9./-]+$/);
  });
}
