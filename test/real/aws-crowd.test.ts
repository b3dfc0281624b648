/** Many processes that want a session at once, on a busy computer, with a store that takes a second of computing to open. */
import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import { inside } from "../helpers/inside.ts";
import { CLIS, computerAt, hasMoto, removeFolders, startMoto } from "../helpers/moto.ts";

const PROCESSES = 20;
const BUSY = 13;
/** Milliseconds: what credential_process allows. */
const BOUND = 60_000;
const version = Object.keys(CLIS)[0];
const busy: ChildProcess[] = [];

afterAll(() => {
  for (const one of busy) one.kill("SIGKILL");
  removeFolders();
});

it.skipIf(!hasMoto || version === undefined)(
  "twenty get one session, or say why not (needs moto and an AWS CLI)",
  async () => {
    const moto = await startMoto();
    const keys = await moto.addUser({ name: "alice" });
    const { seed, serial } = await moto.addDevice({ name: "alice", user: "alice" });
    const computer = computerAt(moto, version ?? "", { alice: keys }, { TWINSEED_PASSPHRASE: "open sesame" });
    const uri = `otpauth://totp/Amazon%20Web%20Services:alice@123456789012?secret=${seed}&issuer=Amazon%20Web%20Services`;
    expect(await inside(computer, ["add", "-", "--name", "alice"], uri)).toMatchObject({ exitCode: 0 });
    for (let i = 0; i < BUSY; i++) busy.push(spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" }));
    const ended = await Promise.all(
      Array.from({ length: PROCESSES }, () =>
        computer.run(["aws", "credentials", "alice", "--profile", "alice", "--serial", serial], {
          timeout: BOUND,
        }),
      ),
    );
    for (const one of busy.splice(0)) one.kill("SIGKILL");
    const { requests } = await moto.state();
    moto.close();
    for (const { exitCode, stderr } of ended) {
      if (exitCode === 0)
        expect(stderr.replace(/^twinseed: (waiting for another|saved) .*\n/gm, "")).toBe("");
      else
        expect(stderr).toMatch(
          /error: (another twinseed is still running, after \d+ s|no time is left to ask AWS)/,
        );
      expect(stderr).not.toMatch(/-\d+ s/);
    }
    const sessions = requests.filter(({ action }) => action === "GetSessionToken");
    expect(sessions).toEqual([expect.objectContaining({ done: true })]);
    const served = ended.filter(({ exitCode }) => exitCode === 0);
    expect(new Set(served.map(({ stdout }) => stdout)).size).toBe(1);
  },
);
