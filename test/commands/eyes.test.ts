/** What the eyes meet: tables that fit the window, an order that people expect, and doubts about the clock. */
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { columnsOf } from "../../src/talk/columns.ts";
import { github, key } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const named = (...issuers: readonly string[]) =>
  issuers.map((issuer, i) => ({
    ...github,
    issuer,
    label: "",
    secret: key(`GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO${"ABCDEFGHIJKLMNOP".charAt(i)}A`),
  }));
const LONG = "A very long name that no window of eighty columns can hold together with the devices";
const lines = (text: string) => text.trimEnd().split("\n");
const withoutColor = (text: string) => text.replaceAll(/\x1b\[[\d;]*m/g, "");

describe("list", () => {
  it("sorts as people do: case does not count, 2 comes before 10", async () => {
    const { run } = testCli({ accounts: named("npm", "Zoom", "host10", "Host2", "ärzte", "Azure") });
    const { stdout } = await run("list");
    expect(lines(stdout).map((line) => line.split(" ")[0])).toEqual([
      "ärzte",
      "Azure",
      "Host2",
      "host10",
      "npm",
      "Zoom",
    ]);
  });

  it("fits the window on a terminal, with a name cut in the middle; a pipe gets all of it", async () => {
    const { run } = testCli({ accounts: named(LONG, "任天堂", "GitHub") });
    const narrow = await run("list", { answers: [] });
    for (const line of lines(withoutColor(narrow.stdout))) expect(columnsOf(line)).toBeLessThanOrEqual(80);
    expect(narrow.stdout).toMatch(/^A very long.*….*devices {2}1 device/m);
    const starts = lines(withoutColor(narrow.stdout)).map((line) =>
      columnsOf(line.split("1 device")[0] ?? ""),
    );
    expect(new Set(starts).size).toBe(1);
    const wide = await run("list", { answers: [], window: { columns: 120, rows: 40 } });
    expect(wide.stdout).toContain(LONG);
    expect((await run("list")).stdout).toContain(LONG);
  });

  it("shows only what matches", async () => {
    const { run } = testCli({ accounts: named("GitHub", "GitLab", "npm") });
    expect(lines((await run("list git")).stdout)).toHaveLength(2);
    expect(JSON.parse((await run("list npm --json")).stdout)).toHaveLength(1);
    const { exitCode, stderr } = await run("list nothing");
    expect(stderr).toContain('no account matches "nothing"');
    expect(exitCode).toBe(ExitCode.notFound);
  });
});

describe("code of all accounts", () => {
  it("says the time left, on a terminal and on stderr", async () => {
    const { run } = testCli({ accounts: named("GitHub", "npm"), now: "2005-03-18T01:58:20Z" });
    const shown = await run("code", { answers: [] });
    expect(shown.stderr).toContain("valid for 10 s");
    const piped = await run("code");
    expect(piped.stderr).not.toContain("valid for");
    expect(piped.stdout).toBe(withoutColor(shown.stdout));
  });
});

describe("a clock that was reset", () => {
  it.each(["code github", "code", "code github --json"])(
    "%s: says that the code is doubtful",
    async (command) => {
      const cli = testCli({ accounts: [github], now: "2026-11-30T12:00:00Z" });
      await cli.run("list");
      expect((await cli.run(command)).stderr).not.toContain("clock");
      cli.clock.now = 86_400_000;
      expect((await cli.run(command)).stderr).toContain(
        "this computer's clock says 1970-01-02, but this was added on 2026-11-30",
      );
      expect((await cli.run("code github --at 0")).stderr).not.toContain("clock");
    },
  );
});

it("qr on a dumb terminal draws without escape sequences", async () => {
  const cli = testCli({ accounts: [github] });
  cli.upkeep.env.TERM = "dumb";
  const { stdout, pictures } = await cli.run("qr github", { answers: [] });
  expect(stdout).toContain("█");
  expect(stdout).not.toContain("\x1b");
  expect(pictures).toEqual([]);
});
