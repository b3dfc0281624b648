/** The recovery codes and the note of an account, where its backup has them. */
import type { BackupEntry } from "../backup/backup-content.ts";
import { isText, objectOf, objectsOf } from "../base/untrusted-json.ts";
import { element } from "./element.ts";
import type { Words } from "./page-words.ts";

/** [] if there is neither. */
export function keptPart(entry: BackupEntry, words: Words): HTMLElement[] {
  const { texts, codes } = objectOf(objectOf(entry)?.kept) ?? {};
  const notes = objectsOf(texts).flatMap((one) => (isText(one?.text) && one.text !== "" ? one.text : []));
  const lines = objectsOf(codes).flatMap((one) =>
    isText(one?.code) ? { code: one.code, used: isText(one.usedAt) } : [],
  );
  if (notes.length + lines.length === 0) return [];
  const items = lines.map(({ code, used }) =>
    used ? element("li", {}, element("s", {}, code), ` (${words.used})`) : element("li", {}, code),
  );
  const open = element("summary", {}, words.notes);
  const paragraphs = notes.map((text) => element("p", { class: "note", dir: "auto" }, text));
  return [
    element("details", {}, open, element("ul", { class: "codes", translate: "no" }, ...items), ...paragraphs),
  ];
}
