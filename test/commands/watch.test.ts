import { describe, expect, it } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { columnsOf } from "../../src/talk/columns.ts";
import { aws, bank, counting, everyAccount, github, key } from "../helpers/accounts.ts";
import { type RunOptions, testCli } from "../helpers/test-cli.ts";

/** RFC 6238 appendix B: 07081804 until 01:58:30, then 14050471. */
const now = "2005-03-18T01:58:20Z";

function machine(accounts: readonly Enrollment[] = [github, aws, bank], time = now) {
  const cli = testCli({ accounts, now: time });
  return {
    cli,
    /** The pictures that the keys led to, without colors. */
    async watch(answers: readonly string[], command = "watch", options: RunOptions = {}) {
      const session = await cli.run(command, { answers, ...options });
      const pictures = session.pictures.map((picture) => picture.replaceAll(/\x1b\[[\d;]*m/g, ""));
      return { ...session, raw: session.pictures.at(-1) ?? "", pictures, last: pictures.at(-1) ?? "" };
    },
  };
}

function rowOf(picture: string | undefined, name: string): string {
  return picture?.split("\n").find((line) => line.includes(name)) ?? "";
}

/** The names of the accounts that are listed. */
function listed(picture: string): string[] {
  return Array.from(picture.matchAll(/^[> ].\d+ +(\S+)/gm), ([, name = ""]) => name);
}

const selected = (picture: string) => /^>.\S* +(\S+)/m.exec(picture)?.[1];
const many = (amount: number): Enrollment[] =>
  Array.from({ length: amount }, (_, i) => numbered(i, `n${String(i).padStart(2, "0")}`));

function numbered(number: number, label: string, issuer = ""): Enrollment {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const tail = `${letters.charAt(number % 26)}${letters.charAt(Math.floor(number / 26))}`;
  return { ...github, issuer, label, secret: key(`GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO${tail}`) };
}

describe("the screen", () => {
  it("shows each code with its name, its devices, and the time left", async () => {
    const { watch } = machine();
    const { exitCode, stdout, stderr, terminal, last } = await watch(["Down", "q"]);
    expect({ exitCode, stdout, stderr, terminal }).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
      terminal: "",
    });
    expect(last.replaceAll(/ +$/gm, "").replaceAll(/\n{3,}/g, "\n\n")).toBe(
      [
        "Filter: _                                                             3 accounts",
        "",
        "  282687    Amazon Web Services…evice@123456789012  1 device!     ━━━━       10s",
        "> 16189536  Bücher & Söhne:zoë@example.org          1 device!     ━━━━━━━    40s",
        "  081804    GitHub:octocat                          1 device!     ━━━━       10s",
        "",
        "! only this computer has it (see: twinseed audit)",
        "type (or /) to filter   ↑↓ choose   Enter copies   q quits",
      ].join("\n"),
    );
  });

  it("draws at each full second, and each time the codes of that second", async () => {
    const { watch } = machine(everyAccount, "2005-03-18T01:58:18.400Z");
    const { pictures } = await watch(["wait 75", "q"]);
    expect(pictures).toHaveLength(76);
    for (const [i, picture] of pictures.entries()) {
      const time = Date.parse("2005-03-18T01:58:18.000Z") + i * 1000;
      for (const { secret, otp, issuer, label } of everyAccount) {
        if (otp.type === "hotp") continue;
        const row = rowOf(picture, issuer ? `${issuer.slice(0, 12)}` : label.slice(0, 8));
        expect(row.slice(2).split(" ")[0]).toBe(codeOf(secret, otp, stepAt(otp, time)));
        const left = otp.period - Math.floor((time / 1000) % otp.period);
        // The first picture is drawn in the middle of its second.
        expect(row).toMatch(new RegExp(` ${left}s$`));
      }
    }
  });

  it("is right at once after the clock was set, or the computer was asleep", async () => {
    const { watch } = machine([github]);
    const { pictures } = await watch(["wait 1.3", "asleep 3610", "wait 0.1", "q"]);
    expect(rowOf(pictures.at(-1), "octocat")).toContain(`${codeAt(github, "02:58:31")}  `);
    expect(rowOf(pictures.at(-1), "octocat")).toMatch(/ 29s$/);
  });

  it("says in red that a code is about to end, and has no colors where none are wanted", async () => {
    const { cli, watch } = machine([github], "2005-03-18T01:58:24Z");
    const red = /\x1b\[[\d;]*31m081804/;
    expect((await watch(["q"])).raw).not.toMatch(red);
    cli.clock.now += 1000;
    expect((await watch(["q"])).raw).toMatch(red);
    expect((await watch(["q"], "watch", { color: false })).raw).not.toContain("\x1b");
  });

  it("takes the accounts that are named, in that order, each once", async () => {
    const { watch } = machine();
    const { last } = await watch(["q"], "watch octocat 'bücher' GitHub");
    expect(listed(last)).toEqual(["GitHub:octocat", "Bücher"]);
    expect((await watch(["q"], "watch nobody")).exitCode).toBe(ExitCode.notFound);
  });

  it("shows all that match a part, as the filter does, and as code would", async () => {
    const { watch } = machine();
    const names = ["Amazon", "Bücher"];
    expect(listed((await watch(["q"], "watch example")).last)).toEqual(["Bücher"]);
    expect(listed((await watch(["q"], "watch aws bücher")).last)).toEqual(names);
    expect(listed((await watch(["q"], "watch o")).last)).toHaveLength(3);
    expect(listed((await watch(["aws", "C-u", "q"])).pictures[3] ?? "")).toEqual(["Amazon"]);
  });

  it("takes a q as the first letter of a filter that begins with /", async () => {
    const { watch } = machine([{ ...github, issuer: "Qnap" }, aws]);
    const { pictures } = await watch(["/qn", "C-u", "q"]);
    expect(pictures[3]).toContain("Filter: /qn_");
    expect(listed(pictures[3] ?? "")).toEqual(["Qnap:octocat"]);
    expect(listed(pictures[1] ?? "")).toHaveLength(2);
  });

  it.each([
    [80, 24],
    [40, 10],
    [31, 8],
    [200, 50],
  ])("fits into %ix%i with wide and hostile names", async (columns, rows) => {
    const names = [
      "日本語の銀行アカウント東京支店",
      "👍🏽👨‍👩‍👧🇨🇭❤️ ok",
      "e\u0301\u0301".repeat(30),
      "\x1b[2J\x1b]0;x\x07\u202eevil",
      "w".repeat(300),
    ];
    const { watch } = machine([...names.map((name, i) => numbered(i, name, "Issuer")), counting]);
    const { last, raw } = await watch(["End", "q"], "watch", { window: { columns, rows } });
    const lines = last.split("\n");
    expect(lines).toHaveLength(rows - 1);
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
    const live = lines.filter((line) => / \d+s$/.test(line));
    expect(live.length).toBeGreaterThan(0);
    expect(new Set(live.map(columnsOf)).size).toBe(1);
    expect(raw.replaceAll(/\x1b\[[\d;]*m/g, "")).not.toMatch(/[\x00-\x09\x0b-\x1f\u202a-\u202e]/);
    expect(selected(last)).toBeDefined();
  });

  it("draws again for another size", async () => {
    const { watch } = machine();
    const { last } = await watch(["resize 40x10", "q"]);
    expect(last.split("\n")[0]).toBe("Filter: _                     3 accounts");
    expect(last).toContain("> 282687    Amazon…89012 1!   ━━     10s");
  });
});

describe("the filter and the selection", () => {
  it("narrows by every word of it in name, issuer or label, in any case", async () => {
    const { watch } = machine();
    expect(listed((await watch(["GIT", "Escape", "Escape"])).pictures[3] ?? "")).toEqual(["GitHub:octocat"]);
    const { pictures } = await watch(["12345 amazon", "C-u", "q"]);
    expect(listed(pictures.at(-2) ?? "")).toEqual(["Amazon"]);
    expect(listed(pictures.at(-1) ?? "")).toHaveLength(3);
    const none = await watch(["zzz", "BSpace", "BSpace", "BSpace", "q"]);
    expect(none.pictures[3]).toContain("no account matches");
    expect(listed(none.last)).toHaveLength(3);
  });

  it("takes a q for the filter once there is one, and Esc clears before it quits", async () => {
    const { watch } = machine();
    const { exitCode, last } = await watch(["oq", "Escape", "Escape"]);
    expect(exitCode).toBe(0);
    expect(last).toContain("Filter: _");
    expect((await watch(["oq"])).exitCode).toBe(ExitCode.interrupted);
    expect((await watch(["o", "C-u", "q"])).pictures[1]).toContain("Ctrl-C quits");
  });

  it("moves the selection around, and keeps it while it is shown", async () => {
    const { watch } = machine(many(5));
    expect(selected((await watch(["Up", "q"])).last)).toBe("n04");
    expect(selected((await watch(["Down", "Tab", "q"])).last)).toBe("n02");
    expect(selected((await watch(["End", "Down", "q"])).last)).toBe("n00");
    expect(selected((await watch(["NPage", "BTab", "q"])).last)).toBe("n03");
    expect(selected((await watch(["End", "n04", "C-u", "q"])).last)).toBe("n04");
    expect(selected((await watch(["End", "01", "Escape"])).pictures[3] ?? "")).toBe("n01");
  });

  it("scrolls where there are more accounts than rows", async () => {
    const { watch } = machine(many(40));
    const steps = Array.from({ length: 39 }, () => "Down");
    const { pictures } = await watch([...steps, "q"], "watch", { window: { columns: 40, rows: 10 } });
    expect(pictures[0]).toContain("1-6 of 40");
    expect(pictures.map(selected)).toEqual(
      Array.from({ length: 40 }, (_, i) => `n${String(i).padStart(2, "0")}`),
    );
    expect(listed(pictures.at(-1) ?? "")).toEqual(["n34", "n35", "n36", "n37", "n38", "n39"]);
  });
});

describe("Enter", () => {
  it("copies the code of that moment, and marks the row while it is the one shown", async () => {
    const { cli, watch } = machine();
    const { pictures, last } = await watch(["oct", "Enter", "wait 9", "wait 2", "C-u", "q"]);
    expect(cli.clipboard).toEqual([{ text: "081804", clearAfter: 30 }]);
    const marked = pictures.filter((picture) => picture.includes(">✓081804"));
    expect(marked.length).toBeGreaterThanOrEqual(9);
    expect(marked.at(-1)).toContain(
      'copied the code of "GitHub:octocat"; the clipboard will be cleared in 30 s',
    );
    expect(last).not.toContain("✓");
    expect(last).toContain("050471");
  });

  it("shows what the clipboard had to say, and goes on", async () => {
    const { cli, watch } = machine();
    cli.faults.clipboard = new UserError("no clipboard tool was found", ExitCode.failed);
    const { exitCode, last } = await watch(["Enter", "wait 1", "q"]);
    expect(last).toContain("no clipboard tool was found");
    expect(exitCode).toBe(0);
  });

  it("does nothing where nothing is shown", async () => {
    const { cli, watch } = machine();
    expect((await watch(["zzz", "Enter", "Escape", "Escape"])).exitCode).toBe(0);
    expect(cli.clipboard).toEqual([]);
  });

  it("reports a bug behind the screen", async () => {
    const { cli, watch } = machine();
    cli.faults.clipboard = new TypeError("JBSWY3DP");
    const { exitCode, stderr } = await watch(["Enter", "wait 1", "q"]);
    expect(exitCode).toBe(ExitCode.failed);
    expect(stderr).toContain("this is a bug in twinseed (TypeError)");
    expect(stderr).not.toContain("JBSWY3DP");
  });
});

describe("accounts that count (HOTP)", () => {
  it("show no code and use none up before Enter; one Enter uses one, and an accidental second none", async () => {
    const { cli, watch } = machine([counting]);
    const { pictures } = await watch(["wait 2", "Enter", "wait 1", "Enter", "wait 61", "q"]);
    expect(pictures[0]).toMatch(/Token Ltd:42 .* press Enter/);
    expect(pictures.join()).not.toContain("287082");
    expect(pictures.filter((picture) => picture.includes("755224")).length).toBeGreaterThanOrEqual(59);
    expect(pictures.at(-1)).not.toContain("755224");
    expect(cli.clipboard.map(({ text }) => text)).toEqual(["755224", "755224"]);
    expect((await cli.run("code Token")).stdout).toBe("287082\n");
  });

  it("show the code also where the clipboard fails: it is used up", async () => {
    const { cli, watch } = machine([counting]);
    cli.faults.clipboard = new UserError("no clipboard", ExitCode.failed);
    const { last } = await watch(["Enter", "wait 3", "Enter", "wait 1", "q"]);
    expect(last).toContain("287082");
  });
});

describe("seeds that can't be had", () => {
  it("one is a row with its reason, and hides no other", async () => {
    const { cli, watch } = machine();
    await cli.start();
    const [id = ""] = [...cli.uris].find(([, uri]) => uri.includes("octocat")) ?? [];
    cli.uris.delete(id);
    const { exitCode, last } = await watch(["Enter", "End", "Enter", "q"]);
    expect(exitCode).toBe(0);
    expect(rowOf(last, "octocat")).toMatch(/^> {11}GitHub:octocat: /);
    expect(last).toContain("282687");
    expect(cli.clipboard.map(({ text }) => text)).toEqual(["282687"]);
    const plain = await cli.run("watch --plain", { head: 2 });
    expect(plain.stdout).toContain("282687");
    expect(plain.stderr).toMatch(/^twinseed: error: "GitHub:octocat": /);
  });

  it("leave no room for codes where there is none to show", async () => {
    const { cli, watch } = machine([github]);
    await cli.start();
    cli.uris.clear();
    const { last } = await watch(["q"]);
    expect(rowOf(last, "octocat")).toMatch(/^> {3}GitHub:octocat: /);
  });

  it("a locked store is an error, exit 6", async () => {
    const { cli, watch } = machine();
    await cli.start();
    cli.faults.seeds = new UserError("the seed store is locked", ExitCode.locked);
    expect(await watch([])).toMatchObject({ exitCode: ExitCode.locked, pictures: [] });
    expect((await cli.run("watch --plain")).exitCode).toBe(ExitCode.locked);
  });
});

describe("without a screen", () => {
  it("names --plain where there is no terminal", async () => {
    const { cli } = machine();
    const { exitCode, stderr } = await cli.run("watch");
    expect(exitCode).toBe(ExitCode.usage);
    expect(stderr).toContain("hint: print lines instead: twinseed watch --plain");
    expect((await cli.run("watch", { answers: [], toTerminal: false })).exitCode).toBe(ExitCode.usage);
  });

  it("says that there is nothing yet", async () => {
    const empty = machine([]);
    for (const command of ["watch", "watch --plain"]) {
      const { exitCode, stderr } = await empty.watch([], command);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: "twinseed: no accounts yet; enroll one with: twinseed add\n",
      });
    }
  });

  it("--plain prints all codes at each change of one, until nobody reads any more", async () => {
    const { cli } = machine([github, bank, counting], "2005-03-18T01:58:18.400Z");
    const { exitCode, stdout, stderr } = await cli.run("watch --plain", { head: 8 });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^twinseed: skipped 1 counter-based \(HOTP\) account.*\n$/);
    expect(stdout).toBe(
      [
        "16189536  42 s  Bücher & Söhne:zoë@example.org\n081804    12 s  GitHub:octocat\n",
        "16189536  30 s  Bücher & Söhne:zoë@example.org\n050471    30 s  GitHub:octocat\n",
        `${codeAt(bank, "01:59:00")}  60 s  Bücher & Söhne:zoë@example.org\n${codeAt(github, "01:59:00")}    30 s  GitHub:octocat\n`,
      ].join("\n"),
    );
    expect(Math.max(...cli.slept)).toBeLessThanOrEqual(1000);
  });

  it("--plain has nothing to wait for where all accounts count", async () => {
    expect(await machine([counting]).cli.run("watch --plain")).toMatchObject({ exitCode: 0, stdout: "" });
  });
});

function codeAt({ secret, otp }: Enrollment, time: string): string {
  if (otp.type === "hotp") throw new Error("it counts");
  return codeOf(secret, otp, stepAt(otp, Date.parse(`2005-03-18T${time}Z`)));
}
