/**
 * Shares typed in one after the other, on the alternate screen: what is typed can be seen and compared, and stays nowhere.
 * Each word is checked as it comes, so that a wrong one is named at once.
 */
import {
  joinShares,
  readShare,
  SHARE_WORDS,
  type TypedShare,
  wordFault,
  wordsIn,
} from "../../backup/shares.ts";
import { asUserError, ExitCode, UserError } from "../../base/errors.ts";
import type { Screen, Size, Terminal } from "../../ports/terminal.ts";
import { folded, wordGrid } from "./word-grid.ts";

/** Asks until there are enough shares for the key. */
export async function askShares(terminal: Terminal): Promise<Uint8Array> {
  return terminal.fullScreen(async (screen) => {
    const shares: TypedShare[] = [];
    for (let remark = ""; ; ) {
      const share = await askShare(screen, shares, remark);
      const fault = faultAmong(share, shares);
      remark = fault ?? `Share ${share.number} is right.`;
      if (fault !== undefined) continue;
      shares.push(share);
      if (shares.length < share.needed) continue;
      const key = await joinShares(shares).catch(asUserError);
      if (!(key instanceof UserError)) return key;
      throw new UserError(`the shares open nothing: ${key.message}`, ExitCode.unreadable);
    }
  });
}

function faultAmong(share: TypedShare, earlier: readonly TypedShare[]): string | undefined {
  if (earlier.some(({ set }) => set !== share.set))
    return "That share is of another backup than the one before: type another.";
  return earlier.some(({ number }) => number === share.number)
    ? `Share ${share.number} was typed already: type another.`
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
      : `${earlier.length} of the ${first.needed} shares needed ${earlier.length === 1 ? "is" : "are"} typed. Type another one.`;
  let words: string[] = [];
  let remark = firstRemark;
  for (;;) {
    const now = words;
    const said = remark;
    screen.draw((size: Size) => [title, ...folded(said, size), "", ...wordGrid(now, size)].join("\n"));
    const typed = wordsIn(await screen.ask(`Words from ${words.length + 1} (Enter as often as you like): `));
    const all = [...words, ...typed];
    const fault = await wordFault(all);
    words = fault === undefined ? all : all.slice(0, fault.at);
    remark = fault === undefined ? "" : `${capital(fault.text)} Go on from there.`;
    if (fault !== undefined || words.length < SHARE_WORDS) continue;
    const share = await readShare(words.join(" ")).catch(asUserError);
    if (!(share instanceof UserError)) return share;
    const fixed = await fix(words, share.message, screen);
    if (fixed !== undefined) return fixed;
    words = [];
    remark = "Again from the first word.";
  }
}

/** All words are in the list, and they are no share: which one is wrong can be seen on the screen. */
async function fix(
  typed: readonly string[],
  firstFault: string,
  screen: Screen,
): Promise<TypedShare | undefined> {
  let words = [...typed];
  let fault = firstFault;
  for (;;) {
    const now = words;
    const said = `This is not a share: ${fault}. Compare it with the paper:`;
    screen.draw((size: Size) => [...folded(said, size), "", ...wordGrid(now, size)].join("\n"));
    const answer = await screen.ask("Number and right word, as 12 academic (Enter: start over): ");
    if (answer.trim() === "") return undefined;
    const [, number = "", word = ""] = /^\s*(\d{1,2})[.\s]+([a-z]+)\s*$/i.exec(answer) ?? [];
    const at = Number(number) - 1;
    if (words[at] === undefined) {
      fault = `${firstFault}. To change a word, type its number (1 to ${words.length}) and the right word`;
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
