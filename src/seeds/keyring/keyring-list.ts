/**
 * What the keyring holds for us: the names, for `doctor` when the ledger is gone; or everything, where many seeds are wanted
 * at once. The one place for findCredentials, which hangs for ever on a stuck daemon and fails as a whole if one item is
 * locked: so it runs in a process of its own, which is killed when it takes too long. It hands out the passwords with the
 * names; who asks for names gets no more than these.
 */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { UserError } from "../../base/errors.ts";
import { parseFields } from "../file/seal.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { repairBusAddress } from "./keyring-bus.ts";
import { keyringError, noBindingError, tooSlowError } from "./keyring-errors.ts";

const WHAT = "can't list what the keyring holds";
const NOTE_AFTER = 1000;
const GIVE_UP_AFTER = 10_000;
/** Then they are asked for one by one, which says what is wrong. */
const GIVE_UP_SEEDS_AFTER = 2000;
const MOST_BYTES = 64 * 1024 * 1024;

const NAMES = "({ account }) => account";
const SEEDS = "({ account, password }) => [account, password]";

/** Reads the path of the binding from stdin. */
const scriptFor = (part: string): string => `
const { readFileSync, writeFileSync } = require("node:fs");
let answer;
try {
  const { findCredentials } = require(readFileSync(0, "utf8"));
  answer = { found: findCredentials("twinseed").map(${part}) };
} catch (error) {
  answer = { fault: String(error && error.message) };
}
writeFileSync(1, JSON.stringify(answer));
`;

/** Each name once. Throws UserError (exit 6). */
export async function keyringIds(deps: SeedStoreDeps): Promise<string[]> {
  repairBusAddress(deps.env, deps.keyring?.runtimeFolder);
  const noting = setTimeout(() => {
    if (deps.terminal() !== undefined) deps.note("waiting for the keyring");
  }, NOTE_AFTER);
  try {
    const timeout = deps.keyring?.patience?.giveUpAfter ?? GIVE_UP_AFTER;
    return namesIn(await ask(deps, NAMES, timeout));
  } finally {
    clearTimeout(noting);
  }
}

/**
 * All that is there once and is whole, by name: what is not among it may well be there even so. An entry asked for by itself
 * costs a connection with a key exchange (13 ms); the list, and its process, as much as six.
 */
export async function keyringTexts(deps: SeedStoreDeps): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  try {
    repairBusAddress(deps.env, deps.keyring?.runtimeFolder);
    const timeout = deps.keyring?.patience?.giveUpAfter ?? GIVE_UP_SEEDS_AFTER;
    const pairs = foundIn(await ask(deps, SEEDS, timeout)).filter(isPair);
    for (const [name, text] of pairs) {
      // Two of one name, or bytes that were no text: for the error of the entry itself.
      if (pairs.filter(([other]) => other === name).length === 1 && !text.includes("\ufffd"))
        texts.set(name, text);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return texts;
}

function isPair(value: unknown): value is [name: string, text: string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}

function bindingPath(): string {
  try {
    // In the bundle there is no import.meta.url (see build.mjs).
    if (import.meta.url === undefined) return require.resolve("@napi-rs/keyring");
    return createRequire(import.meta.url).resolve("@napi-rs/keyring");
  } catch {
    throw noBindingError(WHAT);
  }
}

function ask({ node, env }: SeedStoreDeps, part: string, timeout: number): Promise<string> {
  if (node === undefined) throw new Error("nothing to run the keyring's list with");
  const binding = bindingPath();
  const options = { env: withoutOurs(env), timeout, killSignal: "SIGKILL", maxBuffer: MOST_BYTES } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(node, ["-e", scriptFor(part)], options, (error, stdout) => {
      if (error?.killed) reject(tooSlowError(WHAT, timeout));
      else if (error) reject(keyringError(WHAT, "its process failed"));
      else resolve(stdout);
    });
    child.stdin?.on("error", () => {}); // it has ended already, and says so above
    child.stdin?.end(binding);
  });
}

/** Passphrases and keys are no business of another process, and NODE_OPTIONS could make it say more than names. */
function withoutOurs(env: SeedStoreDeps["env"]): SeedStoreDeps["env"] {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(TWINSEED_|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$)/.test(name)),
  );
}

function namesIn(answer: string): string[] {
  return [...new Set(foundIn(answer).filter((name) => typeof name === "string"))];
}

function foundIn(answer: string): unknown[] {
  const { found, fault } = parseFields(answer);
  if (/^Cannot find (native binding|module)/.test(String(fault))) throw noBindingError(WHAT);
  if (!Array.isArray(found)) throw keyringError(WHAT, String(fault ?? "it gave no answer"));
  return found;
}
