/** Completion in real shells, in a terminal: some text, Tab, Enter, and the words that the program then receives. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { formatBase32 } from "../../src/otp/base32.ts";
import { Secret } from "../../src/otp/secret.ts";
import { type Computer, computerIn, PROGRAM } from "../helpers/binary.ts";
import { inside } from "../helpers/inside.ts";
import { needs } from "../helpers/system-packages.ts";
import { startTmux, TMUX_NEEDS, type Tmux } from "../helpers/tmux.ts";

const AWS = "Amazon Web Services:alice@123456789012";
/** None starts like an id (a-z, 2-7): ids are random, and completion offers the id for a name that can't be typed. */
const HOSTILE = ["$(touch x)", "`touch x`", "H'\"\\ ;touch x;!1", "é👍 *~#&|<x>[a]{b,c}"];
/** Milliseconds: twenty lines, each of which starts the program, on a busy computer. */
const TIME = 180_000;
const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";

/** What macOS has as /bin/bash, and no package of Debian's. */
const BASH_3_2 = process.env.BASH_3_2 ?? (process.platform === "darwin" ? "/bin/bash" : undefined);

/** Completion changes nothing, so one computer is enough for all shells. */
async function computer(): Promise<Computer> {
  const TWINSEED_KEY = Buffer.alloc(32, 7).toString("base64");
  const home = mkdtempSync(join(tmpdir(), "twinseed-completion-"));
  const one = computerIn(home, { TWINSEED_STORE: "file", TWINSEED_KEY });
  const done = async (args: readonly string[], stdin = ""): Promise<void> =>
    void expect(await inside(one, args, stdin)).toMatchObject({ exitCode: 0 });
  for (const [i, name] of [AWS, "aws-root", "gone", "line\ntouch x", ...HOSTILE].entries()) {
    const seed = formatBase32(Secret.of(new Uint8Array(20).fill(i + 1)));
    await done(["add", "-", "--name", name, "--label", `login${i}`], `${seed}\n`);
  }
  await done(["device", "add", "old phone: mine", "--kind", "phone"]);
  await done(["remove", "gone", "--yes"]);
  mkdirSync(join(one.home, "bin"));
  writeFileSync(join(one.home, "seeds of mine.age"), "");
  // Prints the words that it receives, each in brackets, except for completion itself.
  const program = join(one.home, "bin", "twinseed");
  writeFileSync(
    program,
    `#!/bin/sh
case $1 in completion|__complete) exec ${PROGRAM.join(" ")} "$@";; esac
printf 'got:'; printf '[%s]' "$@"; echo ' .'
`,
  );
  chmodSync(program, 0o700);
  return one;
}

interface Kind {
  readonly name: string;
  readonly needs: readonly string[];
  readonly start: (home: string) => string;
  /** The lines to try (default: all). */
  readonly only?: RegExp;
  /** No package of the system has it, so it is skipped even in CI. */
  readonly isMissing?: boolean;
  /** The line to type at the prompt. */
  readonly load: string;
}

const SHELLS: readonly Kind[] = [
  {
    name: "bash",
    needs: ["bash"],
    start: () => "bash --norc --noprofile -i",
    load: 'eval "$(twinseed completion bash)"',
  },
  {
    name: "bash with bash-completion",
    needs: ["bash"],
    // The same script. Lines with blanks, colons, quotes and files show whether bash-completion gets in its way.
    only: /"|alice|=|seeds/,
    start: () => "bash --norc --noprofile -i",
    load: `source ${BASH_COMPLETION}; eval "$(twinseed completion bash)"`,
  },
  {
    name: "bash 3.2 (needs BASH_3_2=/path/to/it, or a Mac)",
    needs: ["bash"],
    start: () => `${BASH_3_2} --norc --noprofile -i`,
    isMissing: BASH_3_2 === undefined,
    load: 'eval "$(twinseed completion bash)"',
  },
  {
    name: "zsh",
    needs: ["zsh"],
    start: () => "zsh -f -i",
    load: "autoload -Uz compinit && compinit -u; source <(twinseed completion zsh)",
  },
  {
    name: "fish",
    needs: ["fish"],
    start: () => "fish --no-config -i",
    load: "set -g fish_autosuggestion_enabled 0; twinseed completion fish | source",
  },
];

async function shell(kind: Kind, { home, env }: Computer): Promise<Tmux> {
  const settings = Object.entries({
    ...env,
    PATH: `${join(home, "bin")}:${env.PATH}`,
    PS1: "> ",
    TERM: "screen",
  });
  const line = settings.map(([name, value]) => `${name}='${value}'`).join(" ");
  const tmux = await startTmux(`cd ${home}; env -i ${line} ${kind.start(home)}; echo over`, {
    columns: 150,
    rows: 40,
  });
  onTestFinished(() => tmux.stop());
  await tmux.type(`${kind.load}; echo rea""dy`, "Enter");
  await tmux.waitFor(/^ready$/m);
  return tmux;
}

let one: Computer;
beforeAll(async () => {
  one = await computer();
});
afterAll(() => rmSync(one.home, { recursive: true, force: true }));

describe.each(SHELLS)("$name", (kind) => {
  const skip = !needs(...TMUX_NEEDS, ...kind.needs) || kind.isMissing;

  /** The words that the program receives after `typed`, Tab and Enter. */
  async function words(tmux: Tmux, typed: string): Promise<string> {
    await tmux.press("C-l");
    await tmux.until("an empty screen", async () => !/got:/.test(await tmux.screen()));
    await tmux.type(typed, "Tab");
    const before = await settled(tmux, typed);
    await tmux.press("Enter");
    const screen = await tmux.waitFor(/^got:.* \.$/m).catch((error: unknown) => {
      throw new Error(`${typed}: ${before}`, { cause: error });
    });
    return /^got:(.*) \.$/m.exec(screen)?.[1] ?? "";
  }

  /** The screen once Tab has added to the typed text. */
  async function settled(tmux: Tmux, typed: string): Promise<string> {
    const last = typed.slice(-3);
    await tmux.until(`completion of ${typed}`, async () => !(await tmux.screen()).trimEnd().endsWith(last));
    return tmux.screen();
  }

  it.skipIf(skip)(
    "completes commands, options, accounts, devices and files, and evaluates nothing",
    { timeout: TIME },
    async () => {
      const tmux = await shell(kind, one);
      const cases: [string, string][] = [
        ["twinseed cod", "[code]"],
        ["twinseed code --js", "[code][--json]"],
        ["twinseed backup crea", "[backup][create]"],
        ["twinseed code aws-r", "[code][aws-root]"],
        ["twinseed code Ama", `[code][${AWS}]`],
        ["twinseed code Amazon\\ Web\\ Services:al", `[code][${AWS}]`],
        ["twinseed code Amazon\\ Web\\ Services:alice@1", `[code][${AWS}]`],
        ['twinseed code "Amazon Web Services:al', `[code][${AWS}]`],
        ["twinseed code 'Ama", `[code][${AWS}]`],
        ["twinseed qr aws-root --device old", "[qr][aws-root][--device][old phone: mine]"],
        ["twinseed qr aws-root --device=old", "[qr][aws-root][--device=old phone: mine]"],
        ["twinseed device retire ol", "[device][retire][old phone: mine]"],
        ["twinseed restore go", "[restore][gone]"],
        ["twinseed backup verify seeds\\ o", "[backup][verify][seeds of mine.age]"],
        ["twinseed sheet --output=seeds\\ o", "[sheet][--output=seeds of mine.age]"],
        ["twinseed code \\$", "[code][$(touch x)]"],
        ["twinseed code \\`", "[code][`touch x`]"],
        ["twinseed code H", `[code][${HOSTILE[2]}]`],
        ["twinseed code é", `[code][${HOSTILE[3]}]`],
        ["twinseed code '$(to", "[code][$(touch x)]"],
      ];
      for (const [typed, got] of cases.filter(([typed]) => kind.only?.test(typed) ?? true))
        expect(`${typed} ${await words(tmux, typed)}`).toBe(`${typed} ${got}`);
      expect(existsSync(join(one.home, "x"))).toBe(false);
      await tmux.type("exit", "Enter");
      await tmux.waitFor(/^over$/m);
    },
  );
});
