/**
 * Lists our entries in the keyring: only their names, for `doctor` when the ledger is gone, or everything, when many seeds are
 * needed at once. findCredentials hangs forever on a stuck daemon, and fails completely if one item is locked. So it runs in
 * its own process (list-credentials.ts), which is killed when it takes too long.
 */
import { UserError } from "../../base/errors.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { SERVICE } from "./connections.ts";
import { keyringError, SeveralMatch, tooSlowError } from "./keyring-errors.ts";

const WHAT = "can't list the keyring's entries";
const NOTE_AFTER = 1000;
const GIVE_UP_AFTER = 10_000;
/** After this, seeds are read one by one, which gives a precise error. */
const GIVE_UP_SEEDS_AFTER = 2000;
const MOST_BYTES = 64 * 1024 * 1024;

/** The distinct names. Throws UserError (exit 6). */
export async function keyringIds(deps: SeedStoreDeps): Promise<string[]> {
  deps.keyring?.bus?.repairAddress();
  const named = await namesOnBus(deps);
  if (named !== undefined) return named;
  const noting = setTimeout(() => {
    if (deps.terminal() !== undefined) deps.note("waiting for the keyring");
  }, NOTE_AFTER);
  try {
    const found = await list(deps, "names", GIVE_UP_AFTER);
    return [...new Set(found.filter((name) => typeof name === "string"))];
  } finally {
    clearTimeout(noting);
  }
}

/**
 * Without unlocking anything. undefined where that is not the whole truth: a locked GNOME Keyring may not show what its entries are
 * called, or that it has any.
 */
async function namesOnBus({ keyring }: SeedStoreDeps): Promise<string[] | undefined> {
  const entries = await keyring?.service?.entries({ service: SERVICE });
  if (entries === undefined) return undefined;
  const names = entries.flatMap(({ username }) => (typeof username === "string" ? [username] : []));
  const isWhole = names.length === entries.length && names.length > 0;
  if (!isWhole && (await keyring?.service?.state())?.collection === "locked") return undefined;
  return [...new Set(names)];
}

/**
 * The undamaged entries by name, if all of one name have the same text. An entry that is missing here may still exist. Reading a single entry
 * costs a connection with a key exchange (13 ms); the list with its process costs as much as six entries.
 */
export async function keyringTexts(deps: SeedStoreDeps): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  try {
    const pairs = (await list(deps, "seeds", GIVE_UP_SEEDS_AFTER)).filter(isPair);
    for (const [name, text] of pairs) {
      // Leave out entries of one name with different texts, or without any: reading them one by one gives the right error.
      // KWallet lists the entries of a closed wallet with an empty text each; reading one of them alone opens the wallet.
      const isText = text !== "" && !text.includes("\ufffd");
      if (isText && pairs.every(([other, copy]) => other !== name || copy === text)) texts.set(name, text);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return texts;
}

/**
 * What each of several entries of this name has: someone made a copy of one. Throws `error`, which said that there are several
 * or what else is wrong, if they differ.
 */
export async function sameInAll(deps: SeedStoreDeps, name: string, error: UserError): Promise<string> {
  const isListed = error instanceof SeveralMatch && deps.platform === "linux" && deps.runChild !== undefined;
  const text = isListed ? (await keyringTexts(deps)).get(name) : undefined;
  if (text === undefined) throw error;
  return text;
}

function isPair(value: unknown): value is [name: string, text: string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}

async function list(deps: SeedStoreDeps, part: "names" | "seeds", giveUpAfter: number): Promise<unknown[]> {
  const { runChild, keyring } = deps;
  if (runChild === undefined) throw new Error("listing the keyring needs runChild");
  keyring?.bus?.repairAddress();
  const patience = keyring?.patience?.giveUpAfter ?? giveUpAfter;
  const end = await runChild("list-keyring", part, { patience, bytes: MOST_BYTES });
  if ("answer" in end) return foundIn(Buffer.from(end.answer).toString("utf8"));
  throw end.fault === "too slow" ? tooSlowError(WHAT, patience) : keyringError(WHAT, "its process failed");
}

function foundIn(answer: string): unknown[] {
  const { found, fault } = parseFields(answer);
  if (!Array.isArray(found)) throw keyringError(WHAT, String(fault ?? "it returned no answer"));
  return found;
}
