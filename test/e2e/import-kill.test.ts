/** An import that is killed at any moment leaves all of its accounts or none, and doing it again brings them in once. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { github } from "../helpers/accounts.ts";
import { computerIn } from "../helpers/binary.ts";

const ACCOUNTS = 200;
const KILLS = 6;

const root = mkdtempSync(join(tmpdir(), "twinseed-import-kill-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const list = Array.from({ length: ACCOUNTS }, (_, i) => {
  const secret = Secret.of(Uint8Array.from(randomBytes(20)));
  return `${formatOtpauthUri({ ...github, label: `user ${i}`, secret })}\n`;
}).join("");

it(`${KILLS} kills`, { timeout: 120_000 }, async () => {
  const file = join(root, "list.txt");
  writeFileSync(file, list);
  const env = { TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
  const whole = computerIn(join(root, "whole"), env);
  const { exitCode, ms: typical } = await whole.run(["import", file, "--yes"]);
  expect(exitCode).toBe(0);
  const found = await Promise.all(
    Array.from({ length: KILLS }, async (_, i) => {
      const computer = computerIn(join(root, `home${i}`), env);
      const running = computer.start(["import", file, "--yes"]);
      // From the lock on there is something to be cut in two.
      const timer = setTimeout(() => running.kill("SIGKILL"), (typical * KILLS * (i + 1)) / (KILLS + 2) / 2);
      const { signal, stderr } = await running.ended;
      clearTimeout(timer);
      const left = JSON.parse((await computer.run(["list", "--json"])).stdout).length;
      const seeds = countFiles(join(computer.data, "seeds"));
      if (stderr.includes("imported")) expect(left).toBe(ACCOUNTS);
      await computer.run(["import", file, "--yes"]);
      const then = JSON.parse((await computer.run(["list", "--json"])).stdout).length;
      return { left, then, seeds, wasKilled: signal === "SIGKILL" };
    }),
  );
  const numbers = JSON.stringify(found);
  expect(
    found.every(({ left }) => left === 0 || left === ACCOUNTS),
    numbers,
  ).toBe(true);
  expect(
    found.every(({ then }) => then === ACCOUNTS),
    numbers,
  ).toBe(true);
  expect(
    found.some(({ wasKilled, seeds }) => wasKilled && seeds > 0),
    numbers,
  ).toBe(true);
});

function countFiles(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}
