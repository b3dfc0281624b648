/** The recovery page: shows what fits its state, and wipes it. */
import type { ReadBackup } from "../backup/backup-content.ts";
import { askFor } from "./ask.ts";
import { type Source, sourceInFile, sourceInPage } from "./backup-source.ts";
import { button, element } from "./element.ts";
import { type OpenedView, openedView } from "./opened-view.ts";
import { ENGLISH, type Words } from "./page-words.ts";
import { JAPANESE } from "./page-words-ja.ts";
import { watchUse, wipe } from "./wiping.ts";

const page = element("main");
let words: Words = navigator.language.startsWith("ja") ? JAPANESE : ENGLISH;

async function start(): Promise<void> {
  document.getElementById("static")?.remove();
  document.getElementById("page")?.replaceWith(page);
  const source = await sourceInPage(words);
  ask(source);
}

function ask(source: Source | string | undefined): void {
  document.documentElement.lang = words === JAPANESE ? "ja" : "en";
  document.title = `twinseed: ${words.title}`;
  const head = element("header", {}, element("h1", {}, words.title), languages(source));
  // Inside another page, that page could lay anything over this one.
  if (window.top !== window.self) {
    page.replaceChildren(head, element("p", { class: "said" }, words.framed));
    return;
  }
  page.replaceChildren(
    head,
    element("p", {}, words.intro),
    element("p", { class: "trust" }, words.trust),
    ...asking(source),
    filePicker(typeof source === "object" ? words.chooseOther : words.chooseFile),
  );
}

function asking(source: Source | string | undefined): HTMLElement[] {
  if (source === undefined) return [element("p", {}, words.noBackup)];
  if (typeof source === "string") return [element("p", { class: "said", role: "alert" }, source)];
  const name = source.name === undefined ? words.thisBackup : `${words.chosen}${source.name}`;
  return [
    element(
      "section",
      { class: "card" },
      element("h2", { dir: "auto" }, name),
      askFor(source, words, opened),
    ),
  ];
}

function opened(backup: ReadBackup): void {
  const { view, cover, uncover }: OpenedView = openedView(backup, words);
  const cloth = element("p", { class: "cloth", hidden: true }, words.covered);
  const notice = watchUse(words, (isHidden) => {
    view.hidden = isHidden;
    cloth.hidden = !isHidden;
    if (isHidden) cover();
    else uncover();
  });
  page.replaceChildren(
    element("header", {}, element("h1", { tabindex: "-1" }, words.title), button(words.close, wipe)),
    notice,
    cloth,
    view,
    element("p", { class: "hint" }, words.closeHint),
  );
  page.querySelector("h1")?.focus();
}

function filePicker(text: string): HTMLElement {
  const input = element("input", { type: "file", class: "file", "aria-label": text });
  const take = async (file: File | undefined) => {
    if (file !== undefined) ask(await sourceInFile(file, words));
  };
  input.addEventListener("change", () => void take(input.files?.[0]));
  const area = element("section", { class: "card drop" }, element("h2", {}, text), input);
  area.append(element("p", { class: "hint" }, words.chooseHint));
  page.ondragover = (event) => event.preventDefault();
  page.ondrop = (event) => {
    event.preventDefault();
    if (input.isConnected) void take(event.dataTransfer?.files[0]);
  };
  return area;
}

function languages(source: Source | string | undefined): HTMLElement {
  const other = words === JAPANESE ? ENGLISH : JAPANESE;
  const change = button(other.language, () => {
    words = other;
    ask(source);
  });
  change.lang = other === JAPANESE ? "ja" : "en";
  return change;
}

void start();
