/** What stands on a real terminal, cell by cell: tables that fit, columns that are straight, question and answer together. */
import { afterAll, describe, expect, it } from "vitest";
import { columnsOf } from "../../src/talk/columns.ts";
import { computers } from "../helpers/enrolling.ts";
import { needs } from "../helpers/system-packages.ts";
import { terminal } from "../helpers/terminal-session.ts";
import { TMUX_NEEDS } from "../helpers/tmux.ts";

const SIXTY = "Sixty cells of a name that somebody gave to an account here!";
const ISSUERS = ["任天堂", "楽天銀行 本店", "🔐 Vault", SIXTY, "GitHub", "github10", "GitHub2"];
const WINDOWS = [
  [80, 24],
  [120, 40],
] as const;

const { make, remove } = computers();
afterAll(remove);

describe.skipIf(!needs(...TMUX_NEEDS))("a real terminal (needs tmux)", async () => {
  const computer = make({ TWINSEED_STORE: "file", TWINSEED_KEY: Buffer.alloc(32, 7).toString("base64") });
  for (const [i, issuer] of ISSUERS.entries()) {
    const key = `GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO${"ABCDEFGH".charAt(i)}A`;
    const uri = `otpauth://totp/x?secret=${key}&issuer=${encodeURIComponent(issuer)}`;
    await computer.run(["add", "-", "--name", issuer], { stdin: { text: `${uri}\n` } });
  }

  /** The lines between the shell's numbers and its "exit". */
  function linesOf(screen: string): string[] {
    const lines = screen.split("\n");
    const end = lines.findIndex((line) => line.startsWith("exit "));
    return lines.slice(0, end).filter((line) => !/^\d{1,2}$/.test(line));
  }

  for (const [columns, rows] of WINDOWS) {
    it(`list at ${columns}x${rows}: one line for each, straight, within the window`, async () => {
      const tmux = await terminal(computer, ["list"], { columns, rows });
      const lines = linesOf(await tmux.waitFor(/^exit 0/m));
      expect(lines).toHaveLength(ISSUERS.length);
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      const starts = lines.map((line) => columnsOf(line.slice(0, line.search(/\d device/))));
      expect(new Set(starts).size).toBe(1);
      const order = lines.map((line) => line.split(/ {2}/)[0]).filter((name) => /^github/i.test(name ?? ""));
      expect(order).toEqual(["GitHub", "GitHub2", "github10"]);
    });

    it(`audit at ${columns}x${rows} says one thing once`, async () => {
      const tmux = await terminal(computer, ["audit"], { columns, rows });
      const screen = await tmux.waitFor(/^exit 8/m);
      expect(screen.match(/are only on this computer/g)).toHaveLength(1);
      expect(screen).toContain(`${ISSUERS.length} of ${ISSUERS.length} accounts at risk`);
    });

    it(`watch at ${columns}x${rows}: straight, and the filter finds what code finds`, async () => {
      const tmux = await terminal(computer, ["watch"], { columns, rows });
      const screen = await tmux.waitFor(/\d device/);
      const lines = screen.split("\n").filter((line) => /\d device/.test(line));
      expect(lines).toHaveLength(ISSUERS.length);
      expect(new Set(lines.map((line) => columnsOf(line.slice(0, line.search(/\d device/))))).size).toBe(1);
      for (const line of screen.split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      await tmux.type("/q");
      await tmux.waitFor("Filter: /q_");
      await tmux.press("Escape");
      await tmux.waitFor("Filter: _");
      await tmux.type("楽天");
      expect(await tmux.waitFor("Filter: 楽天_")).toContain("1 account");
      await tmux.press("Escape");
      await tmux.waitFor("Filter: _");
      await tmux.type("q");
      await tmux.waitFor(/^exit 0/m);
    });

    it(`qr at ${columns}x${rows}: the question stands below the code, and the answer above the question`, async () => {
      const tmux = await terminal(computer, ["qr", "GitHub"], { columns, rows });
      const bottomOf = (screen: string, text: string) => {
        const lines = screen.split("\n");
        const code = lines.findLastIndex((line) => /[▀▄█]/.test(line));
        return lines.findIndex((line) => line.includes(text)) - code;
      };
      expect(bottomOf(await tmux.waitFor("Name of the device"), "Name of the device")).toBe(2);
      await tmux.type("phone", "Enter");
      await tmux.waitFor("Type the code");
      await tmux.type("12345", "Enter");
      const screen = await tmux.waitFor(/Wrong code.*Type the code/s);
      expect(bottomOf(screen, "Wrong code")).toBe(1);
      expect(bottomOf(screen, "Type the code")).toBe(2);
      await tmux.press("C-c");
      await tmux.waitFor(/^exit 130/m);
    });
  }
});
