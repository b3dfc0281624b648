/** What is shown once the backup is open: the clock, the search, and the accounts. */
import type { BackupEntry, ReadBackup } from "../backup/backup-content.ts";
import { printable } from "../base/printable.ts";
import { accountCard } from "./account-card.ts";
import { clockPanel } from "./clock-panel.ts";
import { element, labeled, PRIVATE } from "./element.ts";
import type { Words } from "./page-words.ts";

const DRAW_EVERY = 250;
const MOST_FAULTS = 20;

export interface OpenedView {
  readonly view: HTMLElement;
  /** Out of sight: takes what is secret off the page, and stops. */
  cover(): void;
  uncover(): void;
}

export function openedView({ content, faults }: ReadBackup, words: Words): OpenedView {
  const cards = content.accounts.toSorted(byName).map((entry) => accountCard(entry, words));
  const list = element("ul", { class: "accounts" }, ...cards.map(({ card }) => card));
  let shown = cards;
  const removed = content.removed.map((entry) => accountCard(entry, words));
  const clock = clockPanel(Date.parse(content.createdAt), words, draw);
  const found = element("p", { class: "hint", role: "status" });
  const search = element("input", { type: "search", ...PRIVATE });
  search.addEventListener("input", () => {
    const wanted = search.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    shown = cards.filter(({ text }) => wanted.every((part) => text.includes(part)));
    // Taken out, not hidden: a browser may take seconds to lay out a list of two thousand that are hidden.
    list.replaceChildren(...shown.map(({ card }) => card));
    found.textContent = wanted.length === 0 ? "" : words.found(shown.length, cards.length);
    draw();
  });
  const old = element(
    "details",
    { hidden: removed.length === 0 },
    element("summary", {}, words.removedOnes(removed.length)),
    element("ul", { class: "accounts" }, ...removed.map(({ card }) => card)),
  );
  old.addEventListener("toggle", () => (old.open ? draw() : coverAll(removed)));

  function draw(): void {
    const time = clock.now();
    clock.draw();
    for (const one of shown) one.draw(time);
    if (old.open) for (const one of removed) one.draw(time);
  }

  let drawing: ReturnType<typeof setInterval> | undefined;
  const uncover = () => {
    draw();
    drawing ??= setInterval(draw, DRAW_EVERY);
  };
  const cover = () => {
    clearInterval(drawing);
    drawing = undefined;
    coverAll([...cards, ...removed]);
  };
  uncover();

  const made = content.createdAt.slice(0, 10);
  const head = element(
    "p",
    { class: "made" },
    `${words.madeOn(made)} · ${words.count(content.accounts.length)}`,
  );
  const isPartial = content.devices.some(
    ({ id, part: chosen }) => id === content.device && chosen !== undefined,
  );
  const part = isPartial ? [element("p", { class: "trust" }, words.partial)] : [];
  const finding =
    cards.length > 3 ? [element("div", { class: "search" }, labeled(words.search, search), found)] : [];
  const view = element(
    "div",
    {},
    head,
    ...part,
    ...faultsPart(faults, words),
    clock.panel,
    ...finding,
    list,
    old,
  );
  return { view, cover, uncover };
}

function coverAll(cards: readonly { cover(): void }[]): void {
  for (const one of cards) one.cover();
}

function byName({ account: a }: BackupEntry, { account: b }: BackupEntry): number {
  return a.name.localeCompare(b.name);
}

function faultsPart(faults: readonly string[], words: Words): HTMLElement[] {
  if (faults.length === 0) return [];
  const items = faults
    .slice(0, MOST_FAULTS)
    .map((fault) => element("li", { lang: "en" }, printable(fault, 300)));
  const more = faults.length > items.length ? [element("li", {}, "…")] : [];
  return [
    element(
      "section",
      { class: "said" },
      element("p", {}, words.unreadable(faults.length)),
      element("ul", {}, ...items, ...more),
    ),
  ];
}
