/** Someone at a computer: a shell in a real terminal (tmux), typed into as a person does, and what it shows for each command. */
import { startTmux, type Tmux } from "../helpers/tmux.ts";

export const COLUMNS = 100;
export const ROWS = 31;
const PATIENCE = 60_000;

/** What to wait for, and what to type then; or what makes that of the screen. */
export type Answer = readonly [
  question: string,
  reply: string | ((screen: string) => string | Promise<string>),
];

export interface Said {
  /** The prompt and the command, then all that was shown: what the terminal still has afterwards. */
  readonly shown: string;
  readonly exitCode: number;
}

export interface Seat {
  /** The person's home, from outside. */
  readonly home: string;
  readonly tmux: Tmux;
  type(command: string, ...answers: readonly Answer[]): Promise<Said>;
  /** Has only a prompt on the screen. What was there can still be scrolled to. */
  clear(): Promise<void>;
}

/** `enter` is a script that runs its arguments on that computer. */
export async function sitDown(enter: string, home: string, person: string): Promise<Seat> {
  const settings = [
    ...[`HOME=/home/${person}`, `USER=${person}`, "LANG=C.UTF-8", "HISTFILE=/dev/null"],
    `PATH=/home/${person}/.local/bin:/usr/bin:/bin`,
    ...["NODE_OPTIONS=--require=/srv/clock.cjs", "BUN_OPTIONS=--preload=/srv/clock.cjs"],
  ];
  const shell = `exec ${enter} env -i TERM="$TERM" ${settings.join(" ")} sh -c "cd && exec bash --rcfile /srv/bashrc"`;
  const tmux = await startTmux(shell, { columns: COLUMNS, rows: ROWS });
  /** How many prompts there were, and how the command before has ended. */
  const prompt = async (): Promise<{ count: number; exitCode: number }> => {
    const [count = 0, exitCode = 0] = (await tmux.title()).split(" ").map(Number);
    return { count, exitCode };
  };
  await tmux.until("the first prompt", async () => (await prompt()).count === 1);
  const ps1 = await tmux.screen();
  let done = 1;
  let before = await tmux.lines();

  /** What has been shown since the last prompt; on the alternate screen, all of that. */
  const since = async (): Promise<string> => {
    for (;;) {
      const isApart = await tmux.alternate();
      const text = isApart ? await tmux.screen() : (await tmux.lines()).slice(before.length);
      if ((await tmux.alternate()) === isApart) return text; // or it came or went between the two questions
    }
  };

  async function answer(command: string, [question, reply]: Answer): Promise<void> {
    let seen = "";
    const isAsked = async (): Promise<boolean> => {
      const { count, exitCode } = await prompt();
      seen = await since();
      if (!seen.includes(question) && count > done)
        throw new Error(`"${command}" ended with ${exitCode} before "${question}":\n${seen}`);
      return seen.includes(question);
    };
    await tmux.until(`"${question}" of "${command}"`, isAsked, PATIENCE);
    await tmux.type(typeof reply === "string" ? reply : await reply(seen), "Enter");
  }

  return {
    home,
    tmux,
    async type(command, ...answers) {
      await tmux.type(command, "Enter");
      for (const one of answers) await answer(command, one);
      await tmux.until(`the end of "${command}"`, async () => (await prompt()).count > done, PATIENCE);
      const { count, exitCode } = await prompt();
      const after = await tmux.lines();
      const echo = ` ${command}`;
      if (!after.startsWith(`${before}${echo}`))
        throw new Error(`"${command}" has changed what was there:\n${after}`);
      const lines = after
        .slice(before.length + echo.length)
        .replace(/^\n/, "")
        .split("\n");
      done = count;
      before = after;
      return { exitCode, shown: [`${ps1}${echo}`, ...lines.slice(0, -1)].join("\n") };
    },
    async clear() {
      await tmux.press("C-l");
      await tmux.until("an empty screen", async () => (await tmux.screen()) === ps1);
      before = await tmux.lines();
    },
  };
}
