/** The clock, large: the computer may be borrowed, and its clock wrong. */

import { button, element, labeled } from "./element.ts";
import type { Words } from "./page-words.ts";
import { momentOf, wallTime, zoneText } from "./wall-clock.ts";

export interface ClockPanel {
  readonly panel: HTMLElement;
  /** The corrected time. */
  now(): number;
  draw(): void;
}

/** `made`: when the backup was made, before which it can't be now. */
export function clockPanel(made: number, words: Words, changed: () => void): ClockPanel {
  let correction = 0;
  /** Minutes east of UTC, of the clock that was compared. */
  let zone: number | undefined;
  const day = element("span", { class: "day" });
  const time = element("span", { class: "time" });
  const note = element("p", { class: "hint", role: "status" });
  const warning = element("p", { class: "said", role: "alert" });
  const said = element("p", { class: "said", role: "alert" });
  const fields = {
    day: element("input", { inputmode: "numeric", autocomplete: "off", placeholder: "2026-01-31" }),
    time: element("input", { inputmode: "numeric", autocomplete: "off", placeholder: "21:05:30" }),
    zone: element("input", { autocomplete: "off", placeholder: "+9" }),
  };
  const now = () => Date.now() + correction;
  const ownZone = () => -new Date(now()).getTimezoneOffset();
  const form = element("div", { class: "correction", hidden: true });

  function draw(): void {
    const minutes = zone ?? ownZone();
    const wall = wallTime(now(), minutes);
    time.textContent = wall.time;
    day.textContent = `${wall.day} · UTC${zoneText(minutes)}`;
    const behind = now() < made ? words.clockBehind : "";
    if (warning.textContent !== behind) warning.textContent = behind;
  }

  function correct(by: number, minutes: number | undefined): void {
    correction = by;
    zone = minutes;
    const seconds = Math.round(by / 1000);
    note.textContent = seconds === 0 ? "" : words.corrected(seconds);
    said.textContent = "";
    form.hidden = true;
    draw();
    changed();
  }

  function take(): void {
    const moment = momentOf(fields.day.value, fields.time.value, fields.zone.value);
    if (moment === undefined) said.textContent = words.badTime;
    else correct(moment - Date.now(), offsetTyped());
  }

  function offsetTyped(): number {
    const wall = momentOf(fields.day.value, fields.time.value, "+0") ?? 0;
    return Math.round(
      (wall - (momentOf(fields.day.value, fields.time.value, fields.zone.value) ?? 0)) / 60_000,
    );
  }

  function open(): void {
    form.hidden = !form.hidden;
    const minutes = zone ?? ownZone();
    const wall = wallTime(now(), minutes);
    fields.day.value = wall.day;
    fields.time.value = wall.time;
    fields.zone.value = zoneText(minutes);
    if (!form.hidden) fields.time.focus();
  }

  form.append(
    labeled(words.correctDay, fields.day),
    labeled(words.correctTime, fields.time),
    labeled(words.correctZone, fields.zone),
    said,
    button(words.use, take, "main"),
    button(words.useDevice, () => correct(0, undefined)),
  );
  for (const field of Object.values(fields))
    field.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") take();
    });
  const face = element("p", { class: "clock", role: "timer", "aria-label": words.clock }, time, day);
  const head = element("h2", {}, words.clock);
  const hint = element("p", { class: "hint" }, words.clockHint);
  const panel = element(
    "section",
    { class: "card" },
    head,
    face,
    warning,
    note,
    hint,
    button(words.correct, open),
    form,
  );
  draw();
  return { panel, now, draw };
}
