/** Asks for what opens the backup: its passphrase, its shares, or an age identity. */
import { parseContent, type ReadBackup } from "../backup/backup-content.ts";
import { attempt, UserError } from "../base/errors.ts";
import type { Source } from "./backup-source.ts";
import { button, drawn, element, labeled, PRIVATE } from "./element.ts";
import { type Failure, type Key, openBackup } from "./open-backup.ts";
import type { Words } from "./page-words.ts";
import { shareForm } from "./share-form.ts";

export function askFor(source: Source, words: Words, opened: (backup: ReadBackup) => void): HTMLElement {
  const said = element("p", { class: "said", role: "alert" });
  const progress = element("progress", { max: "1", value: "0", "aria-label": words.open, hidden: true });
  const area = element("div");

  async function open(key: Key, wrong: string): Promise<void> {
    area.inert = true;
    progress.hidden = key.kind !== "passphrase";
    said.textContent = words.working;
    await drawn();
    let shown = 0;
    const outcome = await openBackup(source.bytes, key, (part) => {
      if (part - shown > 0.01) progress.value = shown = part;
    });
    progress.hidden = true;
    area.inert = false;
    if (typeof outcome === "string") said.textContent = reason(outcome, wrong);
    else show(outcome.text);
    area.querySelector<HTMLElement>("input, textarea")?.focus();
  }

  function show(text: string): void {
    const backup = attempt(() => parseContent(text));
    if (backup instanceof UserError) said.textContent = `${words.cantRead}${backup.message}`;
    else opened(backup);
  }

  function reason(failure: Failure, wrong: string): string {
    if (failure === "wrong") return wrong;
    if (failure === "memory") return words.noMemory;
    return failure === "damaged" ? words.damaged : words.badIdentity;
  }

  if (source.kind === "passphrase")
    area.append(
      passphraseForm(words, (passphrase) => open({ kind: "passphrase", passphrase }, words.wrongPassphrase)),
    );
  else
    area.append(
      keyForms(
        words,
        (key) => open({ kind: "shares", key }, words.wrongShares),
        (text) => open({ kind: "identity", text }, words.wrongIdentity),
      ),
    );
  return element("div", {}, area, progress, said);
}

function passphraseForm(words: Words, done: (passphrase: string) => void): HTMLElement {
  const field = element("input", { type: "password", ...PRIVATE });
  const shown = element("input", { type: "checkbox" });
  shown.addEventListener("change", () => {
    field.type = shown.checked ? "text" : "password";
  });
  const send = () => {
    if (field.value.trim() !== "") done(field.value);
  };
  onEnter(field, send);
  return element(
    "div",
    {},
    labeled(words.passphrase, field),
    element("label", { class: "check" }, shown, words.show),
    button(words.open, send, "main"),
  );
}

function keyForms(
  words: Words,
  joined: (key: Uint8Array) => void,
  pasted: (text: string) => void,
): HTMLElement {
  const area = element("div");
  const identity = element("input", { type: "password", ...PRIVATE });
  const send = () => {
    if (identity.value.trim() !== "") pasted(identity.value);
  };
  onEnter(identity, send);
  const forms = {
    shares: () => shareForm(words, joined),
    identity: () =>
      element(
        "div",
        {},
        labeled(words.identity, identity, words.identityHint),
        button(words.open, send, "main"),
      ),
  };
  const choice = (kind: "shares" | "identity", isFirst: boolean) => {
    const radio = element("input", { type: "radio", name: "key", checked: isFirst });
    radio.addEventListener("change", () => area.replaceChildren(forms[kind]()));
    return element("label", { class: "check" }, radio, words[kind]);
  };
  area.append(forms.shares());
  const choices = [choice("shares", true), choice("identity", false)];
  return element("div", {}, element("fieldset", {}, element("legend", {}, words.how), ...choices), area);
}

/** Without a form: browsers offer to keep what was typed into one. */
function onEnter(field: HTMLElement, send: () => void): void {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) send();
  });
}
