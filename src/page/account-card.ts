/** One account: its name, its living codes, and on demand what the next device needs. */
import type { BackupEntry } from "../backup/backup-content.ts";
import { printable } from "../base/printable.ts";
import { defaultName } from "../otp/enrollment.ts";
import { codesAt, halvesOf, leftOf, stepOf } from "./account-codes.ts";
import { accountDetails } from "./account-details.ts";
import { button, element } from "./element.ts";
import { keptPart } from "./kept-part.ts";
import type { Words } from "./page-words.ts";

export interface AccountCard {
  readonly card: HTMLElement;
  /** What the search looks in. */
  readonly text: string;
  draw(time: number): void;
  /** Takes the codes off the page, and whatever else is shown of the seed. */
  cover(): void;
}

const LONGEST = 200;

export function accountCard(entry: BackupEntry, words: Words): AccountCard {
  const { account, enrollment } = entry;
  const name = printable(account.name, LONGEST);
  const login = [enrollment.issuer, enrollment.label].map((part) => printable(part, LONGEST)).filter(Boolean);
  const isNamedAfterLogin = account.name === defaultName(enrollment);
  const fields = { before: element("dd"), now: element("dd", { class: "code" }), next: element("dd") };
  const left = element("span", { class: "left" });
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  const details = element("div");
  let used = 0;
  let shown: number | undefined;

  function draw(time: number): void {
    const step = stepOf(enrollment, time, used);
    if (step !== shown) {
      const codes = codesAt(enrollment, step);
      for (const which of ["before", "now", "next"] as const)
        fields[which].replaceChildren(
          ...halvesOf(codes[which] ?? words.noCode).map((half) => element("span", {}, half)),
        );
      shown = step;
    }
    const rest = leftOf(enrollment, time);
    const text = rest === undefined ? words.counter(step) : words.left(rest.seconds);
    if (left.textContent !== text) {
      left.textContent = text;
      bar.style.width = `${Math.round((rest?.part ?? 0) * 100)}%`;
      card.classList.toggle("soon", rest !== undefined && rest.seconds <= 5);
    }
  }

  function cover(): void {
    shown = undefined;
    hideDetails();
    for (const field of Object.values(fields)) field.replaceChildren();
  }

  function hideDetails(): void {
    details.replaceChildren();
    toggle.textContent = words.details;
    toggle.setAttribute("aria-expanded", "false");
  }

  const toggle = button(words.details, () => {
    if (details.hasChildNodes()) return hideDetails();
    details.append(accountDetails(enrollment, name, words));
    toggle.textContent = words.hide;
    toggle.setAttribute("aria-expanded", "true");
  });
  toggle.setAttribute("aria-expanded", "false");

  const counting =
    enrollment.otp.type === "hotp"
      ? [element("p", { class: "hint" }, words.counterHint), button(words.nextCounter, () => void used++)]
      : [];
  const place = (label: string, field: HTMLElement) => element("div", {}, element("dt", {}, label), field);
  const card = element(
    "li",
    { class: "card account" },
    element("h3", { dir: "auto" }, name),
    element("p", { class: "login", dir: "auto", hidden: isNamedAfterLogin }, login.join(" · ")),
    element(
      "dl",
      {},
      place(words.now, fields.now),
      place(words.before, fields.before),
      place(words.next, fields.next),
    ),
    element("p", { class: "rest" }, bar, left),
    ...counting,
    toggle,
    details,
    ...keptPart(entry, words),
  );
  const text = [account.name, enrollment.issuer, enrollment.label].join(" ").normalize("NFKC").toLowerCase();
  return { card, text, draw, cover };
}
