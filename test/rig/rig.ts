/**
 * Runs many homes of several kinds through kills. CONTRIBUTING.md ("The rig") explains how to start it.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { gate, randomFrom } from "../helpers/parallel.ts";
import { needs } from "../helpers/system-packages.ts";
import { type HomeOptions, liveThrough } from "./home.ts";
import { startKeyring } from "./keyring.ts";
import { restoreThrough } from "./new-home.ts";
import { shareThrough } from "./shared.ts";
import { newTally } from "./tally.ts";

const KILLS_A_HOME = 20;
const HOMES_AT_ONCE = 4;
/** If the keyring's daemon crashes more often than this, we are to blame. */
const KILLS_A_CRASH = 500;
/** The kinds of homes, in turn. */
const KINDS = [
  "file",
  "moving",
  "shared",
  "file",
  "new",
  "file",
  "keyring",
  "moving",
  "file",
  "moving",
] as const;
type Kind = (typeof KINDS)[number];

/** All other kinds use liveThrough. */
const LIVES: Partial<Record<Kind, (options: HomeOptions) => Promise<string[]>>> = {
  shared: shareThrough,
  new: restoreThrough,
};

export interface Outcome {
  readonly problems: readonly string[];
  /** What was hit, for the record. */
  readonly numbers: Readonly<Record<string, unknown>>;
}

export async function runRig(
  kills: number,
  seed: number,
  progress: (done: number) => void = () => {},
): Promise<Outcome> {
  const root = mkdtempSync(join(tmpdir(), "twinseed-rig-"));
  const keyring = await startKeyring();
  const { bus } = keyring;
  const ownBus = process.env.DBUS_SESSION_BUS_ADDRESS;
  if (bus !== undefined) process.env.DBUS_SESSION_BUS_ADDRESS = bus;
  try {
    const age = await ageIn(root);
    const tally = newTally();
    const homes = gate(HOMES_AT_ONCE);
    const key = randomBytes(32).toString("base64");
    let done = 0;
    let isWrong = false;
    const mostCrashes = 1 + kills / KILLS_A_CRASH;
    const amount = Math.ceil(kills / KILLS_A_HOME);
    const found = await Promise.all(
      Array.from({ length: amount }, (_, i) =>
        homes(async () => {
          if (isWrong) return [];
          const kind = kindOf(i, bus !== undefined);
          const isKeyring = kind === "keyring" || kind === "moving";
          // The variable only decides the store for the first command; after that, config.json does.
          const env: Record<string, string> = {
            TWINSEED_STORE: isKeyring ? "keyring" : "file",
            ...(isKeyring ? { DBUS_SESSION_BUS_ADDRESS: bus ?? "" } : {}),
            ...(kind === "keyring" ? {} : { TWINSEED_KEY: key }),
          };
          const canMove = kind === "moving";
          const own = Math.min(KILLS_A_HOME, kills - i * KILLS_A_HOME);
          const live = LIVES[kind] ?? liveThrough;
          const liveIn = async (name: string): Promise<string[]> => {
            const crashes = keyring.crashes();
            const folder = join(root, name);
            mkdirSync(folder);
            const random = randomFrom(seed + i);
            const options = { folder, env, kills: own, random, age, tally, canMove };
            const problems = await live(options).catch((error) => [`${folder}: ${error?.stack}`]);
            if (problems.length === 0) rmSync(folder, { recursive: true, force: true });
            const isOurs = !isKeyring || problems.length === 0 || !(await keyring.hasCrashedSince(crashes));
            return isOurs || crashes >= mostCrashes ? problems : liveIn(`${name}-again`);
          };
          const problems = await liveIn(`${kind}-${i}`);
          isWrong ||= problems.length > 0;
          done += own;
          progress(done);
          return problems;
        }),
      ),
    );
    const numbers = {
      seed,
      keyring: bus !== undefined,
      crashes: keyring.crashes(),
      homes: amount,
      ...tally.numbers(),
    };
    return { problems: found.flat(), numbers };
  } finally {
    if (ownBus === undefined) delete process.env.DBUS_SESSION_BUS_ADDRESS;
    else process.env.DBUS_SESSION_BUS_ADDRESS = ownBus;
    await keyring.stop();
    if (process.env.RIG_KEEP === undefined) rmSync(root, { recursive: true, force: true });
  }
}

/** If a program is missing, only homes of the kind "file". */
function kindOf(home: number, hasKeyring: boolean): Kind {
  const kind = KINDS[home % KINDS.length] ?? "file";
  const canBe = kind === "shared" ? needs("git") : kind === "file" || kind === "new" || hasKeyring;
  return canBe ? kind : "file";
}

async function ageIn(folder: string) {
  const identity = await generateX25519Identity();
  const identityFile = join(folder, "identity.txt");
  writeFileSync(identityFile, `${identity}\n`, { mode: 0o600 });
  return { recipient: await identityToRecipient(identity), identityFile };
}
