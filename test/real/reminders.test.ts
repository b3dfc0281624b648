/** The recipes of docs/reminders.md, taken from the page itself: what a person would save and run. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BIN, ROOT } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { needs } from "../helpers/system-packages.ts";

const page = readFileSync(join(ROOT, "docs/reminders.md"), "utf8");

/** The blocks of one language, in order. */
const blocks = (language: string): string[] =>
  Array.from(
    page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g")),
    ([, text = ""]) => text,
  );

const [script = ""] = blocks("sh").filter((text) => text.startsWith("#!"));
const [service = "", timer = ""] = blocks("ini");
const [crontab = ""] = blocks("crontab");

const executable = (file: string, text: string) => {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
};

/** A home with the script where the page puts it, and a `twinseed` that ends as given; undefined: there is none. */
function home(twinseed: string | undefined) {
  const folder = temporaryFolder();
  const bin = join(folder, ".local/bin");
  mkdirSync(bin, { recursive: true });
  executable(join(bin, "twinseed-reminder"), script);
  if (twinseed !== undefined) executable(join(bin, "twinseed"), twinseed);
  executable(join(bin, "notify-send"), `#!/bin/sh\nprintf '%s\\n' "$@" > "$HOME/notified"\n`);
  // What the unit runs, with the environment that systemd gives it; %h is the home.
  const units = (name: string) =>
    (new RegExp(`^${name}=(.*)$`, "m").exec(service)?.[1] ?? "").replaceAll("%h", folder);
  const notified = () => {
    const file = join(folder, "notified");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };
  return {
    folder,
    bySystemd() {
      const PATH = units("Environment").replace(/^PATH=/, "");
      const { status } = spawnSync("/bin/sh", ["-c", `exec ${units("ExecStart")}`], {
        env: { HOME: folder, PATH },
      });
      return { status, notified: notified() };
    },
    /** As cron does: its own PATH, the variables of the table, and the line's command to /bin/sh. */
    byCron() {
      const env = Object.fromEntries(
        Array.from(crontab.matchAll(/^(\w+)=(.*)$/gm), ([, name, value]) => [name, value]),
      );
      const command = /^0 9 1 \* \* (.*)$/m.exec(crontab)?.[1] ?? "false";
      expect(command).not.toContain("%"); // a line break to cron
      const { stdout } = spawnSync("/bin/sh", ["-c", command], {
        env: { ...env, HOME: folder, SHELL: "/bin/sh" },
        encoding: "utf8",
      });
      return stdout;
    },
  };
}

const ends = (code: number, text = "2 of 3 accounts at risk") => `#!/bin/sh\necho "${text}"\nexit ${code}\n`;

it("is silent if all is well", () => {
  expect(home(ends(0)).bySystemd()).toEqual({ status: 0, notified: [] });
  expect(home(ends(0)).byCron()).toBe("");
});

it.each([
  ["accounts at risk", ends(8), 8, "twinseed: accounts at risk"],
  ["a ledger that can't be read", ends(1), 1, "twinseed: the audit failed (exit code 1)"],
  ["no twinseed", undefined, 127, "twinseed: the audit failed (exit code 127)"],
])("%s: a notification, and a mail", (_, twinseed, status, title) => {
  expect(home(twinseed).bySystemd()).toEqual({
    status,
    notified: ["--urgency=critical", title, "Run: twinseed audit"],
  });
  expect(home(twinseed).byCron()).toContain(title);
});

it("the mail has the report, and the notification none of it: a desktop may read markup in it", () => {
  const at = home(ends(8, "<b>phone</b> is lost"));
  expect(at.byCron()).toContain("<b>phone</b> is lost");
  expect(at.bySystemd().notified.join()).not.toContain("phone");
});

it("with the real program: one account on one computer", () => {
  const at = home(undefined);
  executable(join(at.folder, ".local/bin/twinseed"), `#!/bin/sh\nexec ${process.execPath} ${BIN} "$@"\n`);
  const env = {
    HOME: at.folder,
    PATH: process.env.PATH,
    TWINSEED_STORE: "file",
    TWINSEED_PASSPHRASE: "only for this test",
  };
  execFileSync(process.execPath, [BIN, "add", "-", "--name", "aws-root"], {
    env,
    input: EXAMPLE_URI,
    stdio: "pipe",
  });
  expect(at.byCron()).toMatch(/^twinseed: accounts at risk\n[\s\S]*\naws-root\n/);
  expect(at.bySystemd()).toMatchObject({ status: 8 });
});

describe.skipIf(!needs("systemd-analyze"))("systemd (needs systemd-analyze)", () => {
  it("takes the units without a remark, and the timer comes once a month", () => {
    const at = home(ends(0));
    const units = join(at.folder, ".config/systemd/user");
    mkdirSync(units, { recursive: true });
    writeFileSync(join(units, "twinseed-audit.service"), service);
    writeFileSync(join(units, "twinseed-audit.timer"), timer);
    symlinkSync(at.folder, join(at.folder, "run")); // XDG_RUNTIME_DIR must exist
    const env = { PATH: process.env.PATH, HOME: at.folder, XDG_RUNTIME_DIR: join(at.folder, "run") };
    const verified = spawnSync(
      "systemd-analyze",
      ["--user", "verify", join(units, "twinseed-audit.timer"), join(units, "twinseed-audit.service")],
      { env, encoding: "utf8" },
    );
    expect({
      status: verified.status,
      said: verified.stderr.split("\n").filter((line) => line.includes("twinseed")),
    }).toEqual({ status: 0, said: [] });
    const when = /^OnCalendar=(.*)$/m.exec(timer)?.[1] ?? "";
    const told = execFileSync("systemd-analyze", ["calendar", when], { encoding: "utf8" });
    expect(told).toContain("*-*-01 00:00:00");
  });
});

it.skipIf(!needs("crontab"))("cron takes the table (needs crontab)", () => {
  const { status, stderr } = spawnSync("crontab", ["-n", "-"], { input: crontab, encoding: "utf8" });
  expect({ status, stderr }).toMatchObject({ status: 0 });
});
