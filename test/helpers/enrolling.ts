/** Enrolls with the real program on a computer whose temporary files are checked afterwards. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { base32Of } from "./accounts.ts";
import { type Computer, computerIn, contentOf, type Ended, foreignLines } from "./binary.ts";
import { until } from "./desktop.ts";
import { EXAMPLE_URI } from "./example.ts";

/** The seed in the picture EXAMPLE. */
export const SEED = base32Of(parseOtpauthUri(EXAMPLE_URI));

export interface Computers {
  make(env: Readonly<Record<string, string>>): Computer;
  /** Call it at the end. */
  remove(): void;
}

export function computers(): Computers {
  const homes = mkdtempSync(join(tmpdir(), "twinseed-test-"));
  return {
    make(env) {
      const home = mkdtempSync(join(homes, "home-"));
      mkdirSync(join(home, "tmp"));
      return computerIn(home, {
        TWINSEED_STORE: "file",
        TWINSEED_KEY: randomBytes(32).toString("base64"),
        TMPDIR: join(home, "tmp"),
        ...env,
      });
    },
    remove: () => rmSync(homes, { recursive: true }),
  };
}

const STATE = /^\.local(\/state(\/twinseed(\/computer\.json)?)?)?$/;

/** All files other than the data folder, this computer's id, and the empty folder for temporary files. */
export function leftBy({ home }: Computer): string[] {
  const all = Object.keys(contentOf(home));
  return all.filter((name) => name !== "tmp" && !/^data(\/|$)/.test(name) && !STATE.test(name));
}

export function add(computer: Computer, args: readonly string[], PATH = computer.env.PATH): Promise<Ended> {
  return computer.run(["add", ...args], { stdin: "empty", env: { PATH } });
}

/** Without output from other programs, and with nothing left behind. */
export async function expectEnrolled(
  computer: Computer,
  args: readonly string[],
  { seed = SEED, PATH = computer.env.PATH }: { seed?: string; PATH?: string | undefined } = {},
): Promise<void> {
  const { exitCode, stdout, stderr } = await add(computer, [...args, "--name", "it"], PATH);
  const foreign = foreignLines(stderr);
  expect({ exitCode, stdout, foreign }, stderr).toEqual({ exitCode: 0, stdout: "", foreign: [] });
  expect((await computer.run(["uri", "it"])).stdout).toContain(seed);
  expect(leftBy(computer)).toEqual([]);
}

/** Waits until the window is drawn. */
export async function waitForCode(computer: Computer): Promise<void> {
  await until("the code is in view", async () => {
    const { exitCode } = await add(computer, ["--screen", "full", "--dry-run"]);
    return exitCode === 0;
  });
}
