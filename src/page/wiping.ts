/**
 * Everything is wiped after five minutes without use or out of sight, by loading the document again: nothing of the old one can be
 * reached from the new one. `history.go(0)` is the only thing in this page that navigates.
 */
import { element } from "./element.ts";
import type { Words } from "./page-words.ts";

const PATIENCE = 5 * 60_000;
/** When the user is warned. */
const WARNING = 30_000;

export function wipe(): void {
  document.body.replaceChildren();
  history.go(0);
}

/** `sight`: what happens when the page goes out of sight (true) and comes back. */
export function watchUse(words: Words, sight: (isHidden: boolean) => void): HTMLElement {
  const notice = element("p", { class: "notice", role: "alert", hidden: true });
  // The timer of a computer that sleeps stands still, and a clock can be set: whichever says more counts.
  let used = { wall: Date.now(), timer: performance.now() };
  const idle = () => Math.max(Date.now() - used.wall, performance.now() - used.timer);
  const use = () => {
    if (idle() < PATIENCE && !document.hidden) used = { wall: Date.now(), timer: performance.now() };
    check();
  };
  function check(): void {
    const left = PATIENCE - idle();
    notice.hidden = left > WARNING;
    if (left <= 0) wipe();
    else if (!notice.hidden) notice.textContent = words.soon(Math.ceil(left / 1000));
  }
  for (const event of ["pointerdown", "keydown", "wheel", "touchmove", "input"])
    document.addEventListener(event, use, { passive: true });
  document.addEventListener("visibilitychange", () => {
    // Leaving is the last use; coming back is one only if that is not too long ago.
    if (document.hidden) used = { wall: Date.now(), timer: performance.now() };
    else use();
    sight(document.hidden);
  });
  // A page that the browser keeps to come back to must not keep the seeds.
  addEventListener("pagehide", () => document.body.replaceChildren());
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) wipe();
  });
  setInterval(check, 1000);
  return notice;
}
