/** Takes the words of one share after the other, and checks each word while it is typed. */
import { joinShares, readShare, SHARE_WORDS, type TypedShare, wordsIn } from "../backup/shares.ts";
import { asUserError, UserError } from "../base/errors.ts";
import { SLIP39_WORDS } from "../base/slip39-words.ts";
import { nearestWord } from "../base/word-list.ts";
import { button, element, labeled, PRIVATE } from "./element.ts";
import type { Words } from "./page-words.ts";

export function shareForm(words: Words, joined: (key: Uint8Array) => void): HTMLElement {
  let shares: TypedShare[] = [];
  const field = element("textarea", { rows: "4", ...PRIVATE });
  const count = element("p", { class: "hint", role: "status" });
  const said = element("p", { class: "said", role: "alert" });
  const fix = element("div");
  const done = element("p", { class: "good", role: "status" });

  async function check(): Promise<void> {
    const text = field.value;
    const typed = wordsIn(text);
    const fault = await faultIn(typed, /\s$/.test(text));
    if (text !== field.value) return; // typed on meanwhile
    count.textContent = typed.length === 0 ? "" : words.counted(Math.min(typed.length, SHARE_WORDS));
    fix.replaceChildren();
    if (fault !== undefined) {
      said.textContent = words.badWord(fault.at + 1, fault.near);
      said.scrollIntoView({ block: "nearest" });
      fix.append(button(words.takeWord(fault.near), () => put(typed.toSpliced(fault.at, 1, fault.near))));
      return;
    }
    const share =
      typed.length < SHARE_WORDS ? undefined : await readShare(typed.join(" ")).catch(asUserError);
    if (share === undefined || text !== field.value) said.textContent = "";
    else if (share instanceof UserError) said.textContent = `${words.badShare}${share.message}`;
    else await take(share);
  }

  function put(typed: readonly string[]): void {
    field.value = `${typed.join(" ")} `;
    field.focus();
    void check();
  }

  async function take(share: TypedShare): Promise<void> {
    said.textContent = remarkOn(share, shares) ?? "";
    if (said.textContent !== "") return;
    shares.push(share);
    field.value = "";
    count.textContent = "";
    done.textContent = words.nextShare(shares.length, share.needed);
    if (shares.length < share.needed) return;
    const key = await joinShares(shares).catch(asUserError);
    shares = [];
    if (key instanceof UserError) said.textContent = `${words.badShare}${key.message}`;
    else joined(key);
  }

  function remarkOn({ set, number }: TypedShare, earlier: readonly TypedShare[]): string | undefined {
    if (earlier.some((one) => one.set !== set)) return words.otherSet;
    return earlier.some((one) => one.number === number) ? words.sameShare : undefined;
  }

  field.addEventListener("input", () => void check());
  const again = button(words.startOver, () => {
    shares = [];
    for (const one of [done, said, count]) one.textContent = "";
    put([]);
    field.value = "";
  });
  return element(
    "div",
    {},
    done,
    labeled(words.shareWords, field, words.sharesHint),
    count,
    said,
    fix,
    again,
  );
}

/** The last word may still be typed: it is wrong once no word of the list begins like it. */
async function faultIn(
  typed: readonly string[],
  isEnded: boolean,
): Promise<{ at: number; near: string } | undefined> {
  const at = typed.findIndex((word, i) =>
    i === typed.length - 1 && !isEnded
      ? !SLIP39_WORDS.some((known) => known.startsWith(word))
      : !SLIP39_WORDS.includes(word),
  );
  return at < 0 ? undefined : { at, near: await nearestWord(typed[at] ?? "") };
}
