/**
 * Asks for shares one after the other on the alternate screen: the user can see and compare what is typed, and none of it
 * remains. Checks each word as it is typed, so that a wrong one is reported at once.
 */
import { joinShares, readShare, SHARE_WORDS, type TypedShare, wordFault, wordsIn } from "../backup/shares.ts";
import { asUserError, ExitCode, UserError } from "../base/errors.ts";
import type { Screen, Size, Terminal } from "../ports/terminal.ts";
import { folded, wordGrid } from "./word-grid.ts";

/** Asks until there are enough shares for the key. */
export async function askShares(terminal: Terminal): Promise<Uint8Array> {
  return terminal.fullScreen(async (screen) => {
    const shares: TypedShare[] = [];
    for (let remark = ""; ; ) {
      const share = await askShare(screen, shares, remark);
      const fault = faultAmong(share, shares);
      remark = fault ?? `Share ${share.number} is correct.`;
      if (fault !== undefined) continue;
      shares.push(share);
      if (shares.length < share.needed) continue;
      const key = await joinShares(shares).catch(asUserError);
      if (!(key instanceof UserError)) return key;
      throw new UserError(`the shares do not make a key: ${key.message}`, ExitCode.unreadable);
    }
  });
}

function faultAmong(share: TypedShare, earlier: readonly TypedShare[]): string | undefined {
  if (earlier.some(({ set }) => set !== share.set))
    return "That share belongs to a different backup than the one before: type another.";
  return earlier.some(({ number }) => number === share.number)
    ? `You already typed share ${share.number}: type another.`
    : undefined;
}

async function askShare(
  screen: Screen,
  earlier: readonly TypedShare[],
  firstRemark: string,
): Promise<TypedShare> {
  const [first] = earlier;
  const title =
    first === undefined
      ? `Type the ${SHARE_WORDS} words of any share.`
      : `${earlier.length} of the ${first.needed} shares needed ${earlier.length === 1 ? "has" : "have"} been typed. Type another one.`;
  let words: string[] = [];
  let remark = firstRemark;
  for (;;) {
    const now = words;
    const text = remark;
    screen.draw((size: Size) => [title, ...folded(text, size), "", ...wordGrid(now, size)].join("\n"));
    const typed = wordsIn(
      await screen.ask(`Words from number ${words.length + 1} on (press Enter as often as you like): `),
    );
    const all = [...words, ...typed];
    const fault = await wordFault(all);
    words = fault === undefined ? all : all.slice(0, fault.at);
    remark = fault === undefined ? "" : `${capital(fault.text)} Continue from there.`;
    if (fault !== undefined || words.length < SHARE_WORDS) continue;
    const share = await readShare(words.join(" ")).catch(asUserError);
    if (!(share instanceof UserError)) return share;
    const fixed = await fix(words, share.message, screen);
    if (fixed !== undefined) return fixed;
    words = [];
    remark = "Start again with the first word.";
  }
}

/** All words are in the word list, but they do not make a share. Shows them, so that the user can find the wrong one. */
async function fix(
  typed: readonly string[],
  firstFault: string,
  screen: Screen,
): Promise<TypedShare | undefined> {
  let words = [...typed];
  let fault = firstFault;
  for (;;) {
    const now = words;
    const text = `This is not a share: ${fault}. Compare it with the paper:`;
    screen.draw((size: Size) => [...folded(text, size), "", ...wordGrid(now, size)].join("\n"));
    const answer = await screen.ask("Number and correct word, such as 12 academic (Enter: start over): ");
    if (answer.trim() === "") return undefined;
    const [, number = "", word = ""] = /^\s*(\d{1,2})[.\s]+([a-z]+)\s*$/i.exec(answer) ?? [];
    const at = Number(number) - 1;
    if (words[at] === undefined) {
      fault = `${firstFault}. To change a word, type its number (1 to ${words.length}) and the correct word`;
      continue;
    }
    words = words.toSpliced(at, 1, word.toLowerCase()).slice(0, SHARE_WORDS);
    const share = await readShare(words.join(" ")).catch(asUserError);
    if (!(share instanceof UserError)) return share;
    fault = share.message;
  }
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
