/** `watch` on the terminal: drawn at each full second and after each key, always for the current time. */

import { UserError } from "../../base/errors.ts";
import { codeOf, stepAt, windowOf } from "../../otp/one-time-code.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { type CounterNeeds, takeCounters } from "../../spending/take-counters.ts";
import { CLEAR_CLIPBOARD_AFTER, copyCode } from "../../talk/copied-code.ts";
import type { Needs } from "../../world.ts";
import { type Choice, matching, positionOf, press } from "./choice.ts";
import { drawWatch, type HotpCode, isNow, type Notice } from "./frame.ts";
import type { CodeMaker, Watched } from "./watched.ts";

export type LiveScreenNeeds = Needs<"stdout" | "clipboard"> & CounterNeeds;

/** Milliseconds between checks of the clock, which may be set, or may have advanced while the computer was asleep. */
const CHECK_EVERY = 250;
/** How long an HOTP code stays on the screen, in milliseconds. */
const HOTP_CODE_TIME = 60_000;
/** A second Enter within this many milliseconds is an accident, and must not use up another code. */
const DOUBLE_PRESS = 2000;

export async function watchScreen(
  watched: readonly Watched[],
  terminal: Terminal,
  needs: LiveScreenNeeds,
): Promise<void> {
  let choice: Choice = { filter: "" };
  let notice: Notice | undefined;
  let hotpCode: HotpCode | undefined;
  let copying: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;
  /** Warnings, for when the screen is gone. */
  const said: string[] = [];
  const saidLater = { ...needs.stderr, write: (text: string) => void said.push(text) };
  let changed = true;
  let left = false;

  /** In the background: a clipboard that does not answer must not leave an old code on the screen. */
  function start({ account, maker }: Watched): void {
    if (copying !== undefined || maker instanceof UserError) return;
    copying = copy(account, maker)
      .catch((error: unknown) => {
        if (left || !(error instanceof UserError)) failed = { error };
        else notice = temporary({ text: error.message }, CLEAR_CLIPBOARD_AFTER * 1000);
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
      otp.type === "hotp" ? await nextCode(account, maker) : codeOf(secret, otp, stepAt(otp, time));
    changed = true;
    const text = await copyCode(code, account, needs);
    const fresh = temporary({ text, copied: account.id }, CLEAR_CLIPBOARD_AFTER * 1000);
    // The mark must not remain next to the following code, which was not copied.
    const until = otp.type === "hotp" ? fresh.until : windowOf(otp, stepAt(otp, time)).until;
    notice = { ...fresh, until: Math.min(fresh.until, until) };
  }
  /** The counter is saved before the code is shown. */
  async function nextCode(account: Watched["account"], maker: CodeMaker): Promise<string> {
    if (
      hotpCode?.account === account.id &&
      isNow(hotpCode, needs.clock.now()) &&
      needs.clock.now() - hotpCode.from < DOUBLE_PRESS
    )
      return hotpCode.code;
    const code = codeOf(
      maker.secret,
      maker.otp,
      await takeCounters(account, maker, 1, { ...needs, stderr: saidLater }),
    );
    hotpCode = temporary({ account: account.id, code }, HOTP_CODE_TIME);
    return code;
  }
  function temporary<T extends object>(what: T, milliseconds: number): T & { from: number; until: number } {
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
          drawWatch({ ...choice, watched, notice, hotpCode }, size, needs.clock.now(), needs.stdout.color),
        );
      }
      const key = await screen.key(Math.min(CHECK_EVERY, 1000 - (needs.clock.now() % 1000)));
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
  for (const text of said) needs.stderr.write(text);
  if (failed !== undefined) throw failed.error;
}
