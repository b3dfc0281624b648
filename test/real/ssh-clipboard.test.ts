/** `code --copy` over ssh: the terminal at the other end gets the code by OSC 52, inside of tmux, too, and it is cleared. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BIN, computerIn } from "../helpers/binary.ts";
import { needs, whereIs } from "../helpers/system-packages.ts";

const root = mkdtempSync(join(tmpdir(), "twinseed-ssh-"));
const SSHD = whereIs("sshd") ?? "/usr/sbin/sshd";
const NEEDS = ["ssh", "ssh-keygen", "tmux", "ps"];
const isRoot = process.geteuid?.() === 0; // sshd changes to the user's account
/** When the clipboard is cleared, and some more for a busy machine. */
const LONG = 45;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe.skipIf(!isRoot || !needs(...NEEDS))(
  `copying over ssh (needs ${NEEDS.join(", ")}, sshd, root)`,
  () => {
    const computer = computerIn(join(root, "home"), {
      TWINSEED_STORE: "file",
      TWINSEED_KEY: Buffer.alloc(32, 7).toString("base64"),
    });
    let port = 0;
    let server: ReturnType<typeof spawn> | undefined;

    beforeAll(async () => {
      port = await freePort();
      for (const name of ["host", "user"])
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(root, name)]);
      writeFileSync(join(root, "authorized"), readFileSync(join(root, "user.pub")));
      chmodSync(root, 0o755);
      mkdirSync("/run/sshd", { recursive: true });
      const settings = [
        `HostKey ${join(root, "host")}`,
        `AuthorizedKeysFile ${join(root, "authorized")}`,
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin yes",
        `PidFile ${join(root, "pid")}`,
      ];
      writeFileSync(join(root, "config"), `${settings.join("\n")}\n`);
      server = spawn(SSHD, ["-D", "-e", "-f", join(root, "config"), "-o", `ListenAddress=127.0.0.1:${port}`]);
      await new Promise<void>((resolve, reject) => {
        server?.stderr?.on("data", (text) => String(text).includes("listening on") && resolve());
        server?.on("exit", (code) => reject(new Error(`sshd ended with ${code}`)));
      });
      const uri = "otpauth://totp/gh?secret=JBSWY3DPEHPK3PXP&issuer=GitHub";
      await computer.run(["add", "-", "--name", "gh"], { stdin: { text: `${uri}\n` } });
    });

    afterAll(() => {
      server?.removeAllListeners("exit");
      server?.kill();
      rmSync(root, { recursive: true, force: true });
    });

    /** What the terminal at this end got, until it is `done`, or until the time is up. */
    async function session(command: string, done: (seen: string) => boolean): Promise<string> {
      const options = [
        "StrictHostKeyChecking=no",
        `UserKnownHostsFile=${join(root, "known")}`,
        "LogLevel=ERROR",
      ];
      const ssh = spawn(
        "ssh",
        [
          ...["-tt", "-F", "none", "-i", join(root, "user"), "-p", String(port)],
          ...options.flatMap((option) => ["-o", option]),
          `${userInfo().username}@127.0.0.1`,
          command,
        ],
        { env: { PATH: process.env.PATH, TERM: "xterm-256color" }, stdio: ["pipe", "pipe", "inherit"] },
      );
      let seen = "";
      await new Promise<void>((resolve) => {
        const bound = setTimeout(resolve, (LONG + 15) * 1000);
        ssh.on("exit", () => resolve());
        ssh.stdout.on("data", (bytes) => {
          seen += String(bytes);
          if (!done(seen)) return;
          clearTimeout(bound);
          resolve();
        });
      });
      ssh.kill();
      return seen;
    }

    const settings = Object.entries(computer.env).map(([name, value]) => `${name}='${value}'`);
    const copy = `env -u DISPLAY -u WAYLAND_DISPLAY ${settings.join(" ")} ${process.execPath} ${BIN} code gh --copy`;
    /** What was set, and what it was set to afterwards. */
    const sequences = (seen: string) =>
      Array.from(seen.matchAll(/\x1b\]52;[a-z]*;([^\x07\x1b]*)(?:\x07|\x1b\\)/g), ([, text = ""]) =>
        Buffer.from(text, "base64").toString(),
      );

    it.concurrent("outside of tmux", async () => {
      const seen = await session(`${copy}; sleep ${LONG}`, (text) => sequences(text).length > 1);
      expect(sequences(seen)).toEqual([expect.stringMatching(/^\d{6}$/), ""]);
      expect(seen).toContain("to your terminal's clipboard, if it allows that (OSC 52); cleared in 30 s");
    });

    it.concurrent("inside of tmux, which keeps nothing of it", async () => {
      const list = "tmux -S SOCKET list-buffers".replace("SOCKET", join(root, "tmux"));
      const inside = `${copy}; ${list}; echo "buffers end"; sleep ${LONG}`;
      const seen = await session(
        `tmux -S ${join(root, "tmux")} -f /dev/null new-session "${inside.replaceAll('"', '\\"')}"`,
        (text) => sequences(text).length > 1,
      );
      expect(sequences(seen)).toEqual([expect.stringMatching(/^\d{6}$/), " "]);
      expect(seen).toContain("buffers end");
      expect(seen).not.toMatch(/twinseed: \d+ bytes/);
    });
  },
);
