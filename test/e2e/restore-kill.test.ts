/** A restore into a folder of its own that is killed at any moment: the same command again finishes it. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { github } from "../helpers/accounts.ts";
import { computerIn } from "../helpers/binary.ts";

const ACCOUNTS = 200;
const KILLS = 4;

const root = mkdtempSync(join(tmpdir(), "twinseed-restore-kill-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const list = Array.from({ length: ACCOUNTS }, (_, i) => {
  const secret = Secret.of(Uint8Array.from(randomBytes(20)));
  return `${formatOtpauthUri({ ...github, label: `user ${i}`, secret })}\n`;
}).join("");

it(`${KILLS} kills`, { timeout: 120_000 }, async () => {
  const [uris, shares, file] = ["list.txt", "shares.txt", "backup.age"].map((name) => join(root, name));
  if (uris === undefined || shares === undefined || file === undefined) throw new Error("no names");
  writeFileSync(uris, list);
  const env = { TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
  const computer = computerIn(join(root, "whole"), env);
  await computer.run(["import", uris, "--yes"]);
  const made = await computer.run(["backup", "create", file, "--split", "2-of-2"]);
  writeFileSync(shares, made.stdout);
  const into = (folder: string) =>
    ["backup", "restore", file, "--shares", shares, "--yes", "--into", join(root, folder)] as const;
  const { exitCode, ms: typical, stderr } = await computer.run(into("unhindered"));
  expect(exitCode, stderr).toBe(0);
  const found = await Promise.all(
    Array.from({ length: KILLS }, async (_, i) => {
      const running = computer.start(into(`home${i}`));
      const timer = setTimeout(() => running.kill("SIGKILL"), (typical * KILLS * (i + 1)) / (KILLS + 2) / 2);
      const { signal } = await running.ended;
      clearTimeout(timer);
      const again = await computer.run(into(`home${i}`));
      const home = { TWINSEED_HOME: join(root, `home${i}`) };
      const there = JSON.parse((await computer.run(["list", "--json"], { env: home })).stdout);
      return { wasKilled: signal === "SIGKILL", exitCode: again.exitCode, there: there.length };
    }),
  );
  const numbers = JSON.stringify(found);
  // One that had ended before its kill leaves a folder that is full.
  const expected = found.map(({ wasKilled }) => ({
    wasKilled,
    exitCode: wasKilled ? 0 : 1,
    there: ACCOUNTS,
  }));
  expect(found, numbers).toEqual(expected);
  expect(found.some(({ wasKilled }) => wasKilled)).toBe(true);
});
