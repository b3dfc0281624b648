/**
 * The recovery key of a split backup as SLIP-39 shares: one group, any `needed` of `count` shares, no passphrase. A share is
 * 33 words; they do not say how many shares there are. Pure.
 */
import { asUserError, ExitCode, UserError } from "../base/errors.ts";
import { nearestWord, wordList } from "../base/word-list.ts";
import { likelySlips } from "./share-checksum.ts";

/** One sheet of paper. */
export interface Share {
  /** Counts from 1. */
  readonly number: number;
  readonly count: number;
  readonly needed: number;
  readonly words: readonly string[];
}

/** A share that a user typed. */
export interface TypedShare {
  readonly number: number;
  readonly needed: number;
  /** The same for all shares of one key. */
  readonly set: string;
  readonly words: readonly string[];
}

export const MOST_SHARES = 16;
export const KEY_BYTES = 32;
/** 33 words of ten bits: 40 bits describe the share, 260 hold the 256 bits of the key, 30 are the checksum. */
export const SHARE_WORDS = 33;

/** 2 <= needed <= count <= 16. Tests every share before returning any. */
export async function splitKey(key: Uint8Array, needed: number, count: number): Promise<Share[]> {
  const { default: Slip39 } = await import("slip39");
  const split = Slip39.fromArray([...key], {
    threshold: 1,
    groups: [[needed, count, ""]],
    iterationExponent: 0,
    extendableBackupFlag: 0, // older tools support only this
  });
  const shares = split.fromPath("r/0").mnemonics.map((text, i): Share => {
    return { number: i + 1, count, needed, words: text.split(" ") };
  });
  for (const { number } of shares) {
    const some = Array.from({ length: needed }, (_, i) => shares[(number - 1 + i) % count]);
    const typed = Promise.all(some.map((share) => readShare(share?.words.join(" ") ?? "")));
    const back = await typed.then(joinShares).catch(asUserError);
    // Whatever is wrong here is our bug, not the user's mistake.
    if (back instanceof UserError || !Buffer.from(key).equals(back))
      throw new Error("the shares do not restore the key");
  }
  return shares;
}

/** The words, without the numbers that may be printed before them. */
export function wordsIn(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^\d+[.):]?/, ""))
    .filter((word) => word !== "");
}

/** The first word that is not in the list: its position, and a message about it. */
export async function wordFault(words: readonly string[]): Promise<{ at: number; text: string } | undefined> {
  const list = await wordList();
  const at = words.findIndex((word) => !list.includes(word));
  if (at < 0) return undefined;
  const nearest = await nearestWord(words[at] ?? "");
  return { at, text: `word ${at + 1} is not in the word list: did you mean "${nearest}"?` };
}

/** Reads a share that a user typed. Throws a UserError that says what is wrong with it. */
export async function readShare(text: string): Promise<TypedShare> {
  const words = wordsIn(text);
  const fault = await wordFault(words);
  if (fault !== undefined) throw unreadable(fault.text);
  if (words.length !== SHARE_WORDS)
    throw unreadable(`it has ${words.length} words; a share has ${SHARE_WORDS}`);
  const { default: Slip39 } = await import("slip39");
  const list = await wordList();
  const indices = words.map((word) => list.indexOf(word));
  if (!Slip39.validateMnemonic(words.join(" ")))
    throw unreadable(`its checksum is wrong; ${likelyFault(indices, list)}`);
  return describeShare(words, indices);
}

function likelyFault(indices: readonly number[], list: readonly string[]): string {
  const [slip, ...others] = likelySlips(indices);
  if (slip === undefined || others.length > 0) return "more than one word is wrong or misplaced";
  if ("swapped" in slip) return `words ${slip.swapped + 1} and ${slip.swapped + 2} are probably swapped`;
  return `word ${slip.at + 1} should probably be "${list[slip.index]}"`;
}

/** SLIP-39, "Format of the share mnemonic": 15 bits id, 1 extendable, 4 exponent; then five numbers of 4 bits. */
function describeShare(words: readonly string[], indices: readonly number[]): TypedShare {
  const bits = indices
    .slice(0, 4)
    .map((index) => index.toString(2).padStart(10, "0"))
    .join("");
  const nibble = (at: number): number => Number.parseInt(bits.slice(at, at + 4), 2);
  const [group, groupsNeeded, groups, member, needed] = [20, 24, 28, 32, 36].map(nibble);
  if (group !== 0 || groupsNeeded !== 0 || groups !== 0 || member === undefined || needed === undefined)
    throw unreadable("it is not a share of a twinseed backup: it uses SLIP-39 groups");
  return { number: member + 1, needed: needed + 1, set: `${bits.slice(0, 20)} ${needed}`, words };
}

/**
 * Restores the key. Repeated and extra shares are ignored. Throws a UserError that says why there are not enough shares, or
 * that they don't belong together.
 */
export async function joinShares(shares: readonly TypedShare[]): Promise<Uint8Array> {
  const [first] = shares;
  if (first === undefined) throw unreadable("there is no share");
  if (shares.some(({ set }) => set !== first.set))
    throw unreadable("they do not all belong to the same backup");
  const numbers = [...new Set(shares.map(({ number }) => number))];
  if (numbers.length < first.needed)
    throw unreadable(
      `${first.needed} different ones are needed, but there ${numbers.length === 1 ? "is only 1" : `are only ${numbers.length}`}`,
    );
  const chosen = numbers.slice(0, first.needed);
  const texts = chosen.flatMap(
    (wanted) => shares.find(({ number }) => number === wanted)?.words.join(" ") ?? [],
  );
  const { default: Slip39 } = await import("slip39");
  try {
    return Uint8Array.from(Slip39.recoverSecret(texts));
  } catch {
    throw unreadable("they don't match each other");
  }
}

function unreadable(message: string): UserError {
  return new UserError(message, ExitCode.unreadable);
}
