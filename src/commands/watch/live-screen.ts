/** `watch` on the terminal: drawn at each full second and after each key, always for the time it is then. */

import { UserError } from "../../base/errors.ts";
import { codeOf, stepAt, windowOf } from "../../otp/one-time-code.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { takeCounters } from "../../spending/take-counters.ts";
import { CLEAR_CLIPBOARD_AFTER, copyCode } from "../../talk/copied-code.ts";
import type { Needs } from "../../world.ts";
import { type Choice, matching, positionOf, press } from "./choice.ts";
import { drawWatch, type Given, isNow, type Notice } from "./frame.ts";
import type { CodeMaker, Watched } from "./watched.ts";

export type LiveScreenNeeds = Needs<"stdout" | "clock" | "clipboard" | "ledger">;

/** Milliseconds between looks at the clock, which may be set, or have gone on while the computer was asleep. */
const LOOK = 250;
/** How long a counter's code stays. */
const GIVEN_FOR = 60_000;
/** A second Enter within this is an accident, and must not use another one up. */
const ACCIDENT = 2000;

export async function watchScreen(
  watched: readonly Watched[],
  terminal: Terminal,
  needs: LiveScreenNeeds,
): Promise<void> {
  let choice: Choice = { filter: "" };
  let notice: Notice | undefined;
  let given: Given | undefined;
  let copying: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;
  let changed = true;
  let left = false;

  /** In the background: a clipboard that does not answer must not leave an old code on the screen. */
  function start({ account, maker }: Watched): void {
    if (copying !== undefined || maker instanceof UserError) return;
    copying = copy(account, maker)
      .catch((error: unknown) => {
        if (left || !(error instanceof UserError)) failed = { error };
        else notice = passing({ text: error.message }, CLEAR_CLIPBOARD_AFTER * 1000);
      })
      .finally(() => {
        copying = undefined;
        changed = true;
      });
  }
  async function copy(account: Watched["account"], maker: CodeMaker): Promise<void> {
    const { secret, otp } = maker;
    const time = needs.clock.now();
    const code =
      otp.type === "hotp" ? await nextCode(account.id, maker) : codeOf(secret, otp, stepAt(otp, time));
    changed = true;
    const text = await copyCode(code, account, needs);
    const fresh = passing({ text, copied: account.id }, CLEAR_CLIPBOARD_AFTER * 1000);
    // A mark beside the next code would say that this one was copied.
    const until = otp.type === "hotp" ? fresh.until : windowOf(otp, stepAt(otp, time)).until;
    notice = { ...fresh, until: Math.min(fresh.until, until) };
  }
  /** The counter is saved before the code is shown. */
  async function nextCode(id: string, { secret, otp }: CodeMaker): Promise<string> {
    if (given?.account === id && isNow(given, needs.clock.now()) && needs.clock.now() - given.from < ACCIDENT)
      return given.code;
    const code = codeOf(secret, otp, await takeCounters(id, 1, needs));
    given = passing({ account: id, code }, GIVEN_FOR);
    return code;
  }
  function passing<T extends object>(what: T, milliseconds: number): T & { from: number; until: number } {
    const from = needs.clock.now();
    return { ...what, from, until: from + milliseconds };
  }

  await terminal.fullScreen(async (screen) => {
    for (let drawn: number | undefined; ; ) {
      const second = Math.floor(needs.clock.now() / 1000);
      if (changed || second !== drawn) {
        changed = false;
        drawn = second;
        screen.draw((size) =>
          drawWatch({ ...choice, watched, notice, given }, size, needs.clock.now(), needs.stdout.color),
        );
      }
      const key = await screen.key(Math.min(LOOK, 1000 - (needs.clock.now() % 1000)));
      if (failed !== undefined) throw failed.error;
      if (key === undefined) continue;
      changed = true;
      const next = press(choice, key, watched);
      if (next === "quit") return;
      if (next !== "copy") choice = next;
      else {
        const shown = matching(watched, choice.filter);
        const one = shown[positionOf(shown, choice.selected)];
        if (one !== undefined) start(one);
      }
    }
  });
  left = true;
  await copying;
  if (failed !== undefined) throw failed.error;
}
