import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { bundle, temporaryFolder } from "../helpers/child.ts";
import { needs } from "../helpers/system-packages.ts";
import { startTmux, TMUX_NEEDS, type Tmux, type TmuxOptions } from "../helpers/tmux.ts";

const LONG = 30_000;

// Tells how the program ended and whether keys are echoed again.
const SHELL = (script: string): string =>
  `seq 1 40; node ${script}; echo "exit $?"; echo "tty:" $(stty -a | tr " ;" "\\n\\n" | grep -x -e -*echo -e -*icanon)`;

async function converse(conversation: string, options?: TmuxOptions): Promise<Tmux> {
  const source = `
    import { openTerminal } from "./src/system/terminal/open-terminal.ts";
    const terminal = openTerminal(process.env);
    const picture = ({ columns, rows }) =>
      Array.from({ length: rows }, (_, i) => ("SECRET" + i + " of " + columns + "x" + rows).padEnd(columns, "#")).join("\\n");
    const work = async () => { ${conversation} };
    work().catch((error) => {
      console.log(error.name + ": " + error.message);
      process.exitCode = error.exitCode ?? 1;
    });`;
  const tmux = await startTmux(SHELL(bundle(source, temporaryFolder())), options);
  onTestFinished(() => tmux.stop());
  return tmux;
}

async function expectNothingLeft(tmux: Tmux): Promise<void> {
  await tmux.waitFor("tty: ");
  expect(await tmux.alternate()).toBe(false);
  const all = await tmux.scrollback();
  expect(all).not.toContain("SECRET");
  expect(all).toContain("40");
  expect(all).toContain("tty: icanon echo");
}

describe.skipIf(!needs(...TMUX_NEEDS))("the terminal (needs tmux)", { timeout: LONG }, () => {
  it("asks, with a line that can be edited, and trims the answer", async () => {
    const tmux = await converse(`terminal.print("[" + (await terminal.ask("name? ")) + "]\\n");`);
    await tmux.waitFor("name?");
    await tmux.type("  gone");
    await tmux.press("C-u");
    await tmux.type(" aws-roox");
    await tmux.press("BSpace");
    await tmux.type("t ");
    await tmux.press("Enter");
    expect(await tmux.waitFor("exit 0")).toContain("[aws-root]");
    await tmux.waitFor("tty: icanon echo");
  });

  it("shows nothing of a hidden answer, edited and pasted", async () => {
    const tmux = await converse(`
      const seed = await terminal.askHidden("seed? ");
      terminal.print("[" + seed.length + seed.at(-1) + "]\\n");`);
    await tmux.waitFor("seed?");
    await tmux.type("WRONG");
    await tmux.press("C-u");
    await tmux.type("JBSWY3DPX");
    await tmux.press("BSpace");
    await tmux.paste("EHPK3PXP");
    await tmux.press("Enter");
    await tmux.waitFor("[16P]");
    await tmux.waitFor("tty: icanon echo");
    const all = await tmux.scrollback();
    expect(all).toMatch(/seed\?\n\[16P\]/);
    for (const part of ["WRONG", "JBSWY", "EHPK"]) expect(all).not.toContain(part);
  });

  it("ignores the marks of a bracketed paste", async () => {
    const tmux = await converse(`terminal.print("[" + (await terminal.askHidden("seed? ")) + "]\\n");`);
    await tmux.waitFor("seed?");
    await tmux.type("\x1b[200~PASTED\x1b[201~");
    await tmux.press("Enter");
    await tmux.waitFor("[PASTED]");
  });

  it.each(["ask", "askHidden"])(
    "%s takes a paste of 6 kB, longer than the line of a cooked terminal",
    async (ask) => {
      const tmux = await converse(`
      const text = await terminal.${ask}("uri? ");
      terminal.print("\\n[" + text.length + (text === "x".repeat(5000) + "y".repeat(1144)) + "]\\n");`);
      await tmux.waitFor("uri?");
      await tmux.paste("x".repeat(5000) + "y".repeat(1144));
      await tmux.press("Enter");
      await tmux.waitFor("[6144true]");
    },
  );

  it("keeps what was pasted ahead for the next question", async () => {
    const tmux = await converse(`
      const first = await terminal.ask("first? ");
      const second = await terminal.askHidden("second? ");
      terminal.print("[" + [first, second, await terminal.confirm("sure?", false)] + "]\\n");`);
    await tmux.waitFor("first?");
    await tmux.paste("one\ntwo\nmaybe\ny\n");
    const seen = await tmux.waitFor("[one,two,true]");
    expect(seen).toContain("sure? [y/N] maybe\nsure? [y/N] y");
  });

  it.each([
    ["C-c", "ask"],
    ["C-c", "askHidden"],
    ["C-d", "ask"],
    ["C-d", "askHidden"],
  ])("%s ends %s, and leaves the terminal as it was", async (key, ask) => {
    const tmux = await converse(`await terminal.${ask}("seed? ");`);
    await tmux.waitFor("seed?");
    await tmux.press(key);
    expect(await tmux.waitFor("exit 130")).toContain("UserError: interrupted");
    await tmux.waitFor("tty: icanon echo");
  });

  it.each([
    ["SIGTERM", "exit 143"],
    ["SIGHUP", "exit 129"],
  ])("%s in a hidden question leaves the terminal as it was", async (signal, exit) => {
    const tmux = await converse(`
      terminal.print("pid=" + process.pid + ".\\n");
      await terminal.askHidden("seed? ");`);
    const pid = /pid=(\d+)\./.exec(await tmux.waitFor("seed?"))?.[1];
    process.kill(Number(pid), signal);
    await tmux.waitFor(exit);
    await tmux.waitFor("tty: icanon echo");
  });

  it("leaves the last row to the questions, however much is drawn", async () => {
    const tmux = await converse(
      `await terminal.fullScreen(async (screen) => {
         screen.draw(() => Array.from({ length: 99 }, (_, i) => "SECRET" + i).join("\\n"));
         await screen.key(60000);
       });`,
      { columns: 60, rows: 15 },
    );
    expect((await tmux.waitFor("SECRET13")).split("\n")[14] ?? "").toBe("");
    await tmux.press("Enter");
    await tmux.waitFor("exit 0");
    await expectNothingLeft(tmux);
  });

  it("draws on the alternate screen, asks below, draws again after a resize, and wipes all of it", async () => {
    const tmux = await converse(
      `const code = await terminal.fullScreen(async (screen) => {
         screen.draw(picture);
         return await screen.ask("code? ");
       });
       terminal.print("[" + code + "]\\n");`,
      { columns: 60, rows: 15 },
    );
    const seen = await tmux.waitFor("code?");
    expect(await tmux.alternate()).toBe(true);
    expect(seen.split("\n")[0]).toBe(`SECRET0 of 60x14${"#".repeat(44)}`);
    expect(seen.split("\n")[13]).toContain("SECRET13");
    await tmux.type("492");
    await tmux.resize(40, 10);
    const smaller = await tmux.waitFor("SECRET0 of 40x9");
    expect(smaller.split("\n")[8]).toContain("SECRET8");
    await tmux.waitFor(/\ncode\? 492$/);
    await tmux.resize(70, 20);
    await tmux.waitFor("SECRET18 of 70x19");
    await tmux.waitFor(/\ncode\? 492$/);
    // Longer than the row: nothing scrolls.
    await tmux.type("0".repeat(90));
    await tmux.press("C-u");
    await tmux.type("492039");
    expect(await tmux.waitFor("code? 492039")).toMatch(/^SECRET0 /);
    await tmux.press("Enter");
    await tmux.waitFor("[492039]");
    await tmux.waitFor("tty: icanon echo");
    await expectNothingLeft(tmux);
  });

  it.each([
    ["Ctrl-C at a question", `await screen.ask("code? ");`, "C-c", "exit 130"],
    ["Ctrl-C while nothing is asked", `await new Promise((r) => setTimeout(r, 60000));`, "C-c", "exit 130"],
    ["Ctrl-\\ while nothing is asked", `await new Promise((r) => setTimeout(r, 60000));`, "C-\\", "exit 131"],
    ["an error", `await screen.ask(""); throw new TypeError("broken");`, "Enter", "TypeError: broken"],
    [
      "an uncaught error",
      `await screen.ask(""); setImmediate(() => { throw 1; }); await new Promise(() => {});`,
      "Enter",
      "exit 1",
    ],
    ["process.exit", `await screen.ask(""); process.exit(9);`, "Enter", "exit 9"],
  ])("wipes the picture after %s", async (_, doing, key, ending) => {
    const tmux = await converse(
      `await terminal.fullScreen(async (screen) => { screen.draw(picture); ${doing} });`,
    );
    await tmux.waitFor("SECRET0");
    await tmux.press(key);
    await tmux.waitFor(ending);
    await tmux.waitFor("tty: icanon echo");
    await expectNothingLeft(tmux);
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT"])("wipes the picture after %s", async (signal) => {
    const tmux = await converse(`
      await terminal.fullScreen(async (screen) => {
        screen.draw(() => "SECRET pid=" + process.pid + ".");
        await screen.ask("code? ");
      });`);
    const pid = /pid=(\d+)\./.exec(await tmux.waitFor("code?"))?.[1];
    process.kill(Number(pid), signal);
    await tmux.waitFor("tty: icanon echo");
    await expectNothingLeft(tmux);
  });

  it("leaves nothing behind where the terminal has no alternate screen", async () => {
    const tmux = await converse(`
      await terminal.ask("go? ");
      await terminal.fullScreen(async (screen) => { screen.draw(picture); await screen.ask("code? "); });`);
    await tmux.waitFor("go?");
    await tmux.set("alternate-screen", "off");
    await tmux.press("Enter");
    await tmux.waitFor("SECRET0");
    expect(await tmux.alternate()).toBe(false);
    await tmux.press("Enter");
    await tmux.waitFor("tty: icanon echo");
    expect(await tmux.scrollback()).not.toContain("SECRET");
  });

  it("Ctrl-Z wipes the picture, and going on draws it again with the question", async () => {
    const source = `
      import { openTerminal } from "./src/system/terminal/open-terminal.ts";
      openTerminal(process.env).fullScreen(async (screen) => {
        screen.draw(() => "SECRET");
        return await screen.ask("code? ");
      }).then((code) => console.log("[" + code + "]"));`;
    const script = bundle(source, temporaryFolder());
    const tmux = await startTmux("bash --norc --noprofile -i");
    onTestFinished(() => tmux.stop());
    await tmux.waitFor(/^bash-.*[$#]$/);
    await tmux.type(`node ${script}`);
    await tmux.press("Enter");
    await tmux.waitFor("code?");
    await tmux.type("12");
    await tmux.press("C-z");
    await tmux.waitFor("Stopped");
    expect(await tmux.alternate()).toBe(false);
    expect(await tmux.scrollback()).not.toContain("SECRET");
    await tmux.type("fg");
    await tmux.press("Enter");
    await tmux.waitFor(/SECRET[\s\S]*code\? 12/);
    await tmux.type("34");
    await tmux.press("Enter");
    await tmux.waitFor("[1234]");
    expect(await tmux.scrollback()).not.toContain("SECRET");
  });

  it("Ctrl-Z in a hidden question gives the terminal back, and going on asks again", async () => {
    const source = `
      import { openTerminal } from "./src/system/terminal/open-terminal.ts";
      openTerminal(process.env).askHidden("seed? ").then((seed) => console.log("[" + seed.length + "]"));`;
    const script = bundle(source, temporaryFolder());
    const tmux = await startTmux("bash --norc --noprofile -i");
    onTestFinished(() => tmux.stop());
    await tmux.waitFor(/^bash-.*[$#]$/);
    await tmux.type(`node ${script}`);
    await tmux.press("Enter");
    await tmux.waitFor(/^seed\?$/m);
    await tmux.type("SECRET");
    await tmux.press("C-z");
    await tmux.waitFor("Stopped");
    await tmux.type("fg");
    await tmux.press("Enter");
    await tmux.waitFor(/fg\n.*\nseed\?$/);
    await tmux.type("12");
    await tmux.press("Enter");
    await tmux.waitFor("[8]");
    expect(await tmux.scrollback()).not.toContain("SECRET");
  });

  it("is not there without a controlling terminal", async () => {
    const script = bundle(
      `import { openTerminal } from "./src/system/terminal/open-terminal.ts";
       process.exitCode = openTerminal(process.env) === undefined ? 0 : 1;`,
      temporaryFolder(),
    );
    // detached: a session of its own, as setsid makes.
    const child = spawn(process.execPath, [script], { detached: true, stdio: "ignore" });
    const [exitCode] = await once(child, "exit");
    expect(exitCode).toBe(0);
  });
});

/** Windows has no signals to send: one that is sent ends the process at once, with nothing cleaned up. */
it("on Windows, Ctrl-C runs every cleanup, and there is no Ctrl-Z", async () => {
  const file = bundle(
    `import { hasSignals, onExit, signalForeground } from "./src/system/signals.ts";
     for (const name of ["first", "second"]) onExit(() => process.stdout.write(name + " "));
     process.stdout.write(hasSignals + " ");
     signalForeground("SIGINT");`,
    temporaryFolder(),
  );
  const asWindows = 'data:text/javascript,Object.defineProperty(process, "platform", { value: "win32" })';
  const { status, signal, stdout } = spawnSync(process.execPath, ["--import", asWindows, file], {
    encoding: "utf8",
  });
  expect({ status, signal, stdout }).toEqual({ status: 130, signal: null, stdout: "false first second " });
});
