/** What must be true for every input: the checks that fuzzing can fail. */
import { UserError } from "../../src/base/errors.ts";
import { everyAccount } from "../helpers/accounts.ts";
import type { Sample, Taken, Target } from "./target.ts";
import { secondsAsked } from "./unsafe-derivations.ts";

/** Seconds of processor time of all threads: other work on the computer does not count. */
const SECONDS = 2;
/** The key derivation that one input may request, estimated: the largest that src/base/limits.ts allows, and a failed attempt. */
const SECONDS_OF_DERIVATION = 60;
const MEGABYTES = 400;
/** This many characters of a seed, or of the fixtures' password, are a leak. */
const WINDOW = 10;

export interface Verdict {
  readonly outcome: string;
  /** What went wrong. */
  readonly fault?: string;
  /** The error that was thrown, if any. */
  readonly cause?: unknown;
  readonly seconds: number;
}

export async function judge(target: Target, input: Buffer, sample: Sample): Promise<Verdict> {
  const keys = countKeys();
  const before = process.resourceUsage();
  secondsAsked();
  const { taken, fault, cause } = await attempt(target, input, sample);
  const after = process.resourceUsage();
  const seconds = secondsOf(after) - secondsOf(before);
  const megabytes = (after.maxRSS - before.maxRSS) / 1024;
  const asked = secondsAsked();
  const faults = [
    fault,
    leakIn(taken.said ?? []),
    countKeys() === keys ? undefined : "changed a prototype",
    seconds > (target.seconds ?? SECONDS) ? `took ${seconds.toFixed(1)} s` : undefined,
    megabytes > MEGABYTES ? `took ${Math.round(megabytes)} MB` : undefined,
    asked > SECONDS_OF_DERIVATION ? `asked for about ${Math.round(asked)} s of key derivation` : undefined,
  ].filter((one) => one !== undefined);
  return {
    outcome: taken.outcome,
    seconds,
    ...(faults.length > 0 ? { fault: faults.join("; "), cause } : {}),
  };
}

function secondsOf({ userCPUTime, systemCPUTime }: NodeJS.ResourceUsage): number {
  return (userCPUTime + systemCPUTime) / 1e6;
}

async function attempt(
  target: Target,
  input: Buffer,
  sample: Sample,
): Promise<{ taken: Taken; fault?: string; cause?: unknown }> {
  try {
    return { taken: await target.take(input, sample) };
  } catch (cause) {
    if (!(cause instanceof UserError)) return { taken: { outcome: "broken" }, fault: String(cause), cause };
    const { message, hints, exitCode } = cause;
    const taken = { outcome: "refused", said: [message, ...hints] };
    if (!target.refusals.includes(exitCode))
      return { taken, fault: `refused with exit code ${exitCode}`, cause };
    if (message === "" || /[\n\r\x1b]/.test(message))
      return { taken, fault: "an error that can't be shown", cause };
    return { taken };
  }
}

/** Every encoding of the fixtures' seeds, cut into windows; and the fixtures' password. */
const windows = new Set(
  [...everyAccount.map(({ secret }) => secret.reveal())]
    .flatMap((bytes) => {
      const seed = Buffer.from(bytes);
      return [seed.toString("hex"), seed.toString("base64"), seed.toString("base64url"), base32(seed)];
    })
    .concat("open sesame")
    .flatMap((text) => windowsOf(text)),
);

function leakIn(said: readonly string[]): string | undefined {
  return said.some((text) => windowsOf(text).some((part) => windows.has(part))) ? "told a secret" : undefined;
}

function windowsOf(text: string): string[] {
  const tidy = text.toLowerCase();
  return Array.from({ length: Math.max(0, tidy.length - WINDOW + 1) }, (_, i) => tidy.slice(i, i + WINDOW));
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const fives = bits.match(/.{5}/g) ?? [];
  return fives.map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(Number.parseInt(five, 2))).join("");
}

const PROTOTYPES = [Object, Array, Function, String, Number, Map, Error, Promise].map(
  ({ prototype }): object => prototype,
);
const countKeys = (): number => PROTOTYPES.reduce((sum, one) => sum + Reflect.ownKeys(one).length, 0);
