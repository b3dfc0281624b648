/**
 * The names of what the keyring holds for us, for `doctor` when the ledger is gone. The one place for findCredentials,
 * which hangs for ever on a stuck daemon, fails as a whole if one item is locked, and hands out the passwords with the
 * names: so it runs in a process of its own, which tells us the names only and is killed when it takes too long.
 */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import type { SeedStoreDeps } from "./deps.ts";
import { repairBusAddress } from "./keyring-bus.ts";
import { keyringError, noBindingError, tooSlowError } from "./keyring-errors.ts";
import { parseFields } from "./seal.ts";

const WHAT = "can't list what the keyring holds";
const NOTE_AFTER = 1000;
const GIVE_UP_AFTER = 10_000;

/** Reads the path of the binding from stdin. */
const SCRIPT = `
const { readFileSync, writeFileSync } = require("node:fs");
let answer;
try {
  const { findCredentials } = require(readFileSync(0, "utf8"));
  answer = { names: findCredentials("twinseed").map(({ account }) => account) };
} catch (error) {
  answer = { fault: String(error && error.message) };
}
writeFileSync(1, JSON.stringify(answer));
`;

/** Each name once. Throws UserError (exit 6). */
export async function keyringIds(deps: SeedStoreDeps): Promise<string[]> {
  repairBusAddress(deps.env);
  const noting = setTimeout(() => {
    if (deps.terminal() !== undefined) deps.note("waiting for the keyring");
  }, NOTE_AFTER);
  try {
    return namesIn(await ask(deps, bindingPath()));
  } finally {
    clearTimeout(noting);
  }
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

function ask({ node, env, keyring }: SeedStoreDeps, binding: string): Promise<string> {
  if (node === undefined) throw new Error("nothing to run the keyring's list with");
  const timeout = keyring?.patience?.giveUpAfter ?? GIVE_UP_AFTER;
  const options = { env: withoutOurs(env), timeout, killSignal: "SIGKILL" } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(node, ["-e", SCRIPT], options, (error, stdout) => {
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
  const { names, fault } = parseFields(answer);
  if (/^Cannot find (native binding|module)/.test(String(fault))) throw noBindingError(WHAT);
  if (!Array.isArray(names)) throw keyringError(WHAT, String(fault ?? "it gave no answer"));
  return [...new Set(names.filter((name) => typeof name === "string"))];
}
