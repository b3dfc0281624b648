/** The language of the paper: others read it, so it is that of the user's surroundings, unless they say which. */
import { usageError } from "../../base/errors.ts";
import type { Environment } from "../../ports/computer.ts";
import { ENGLISH, type SheetWords } from "../../sheet/sheet-words.ts";

export async function sheetWords(
  language: string | undefined,
  { LC_ALL, LC_MESSAGES, LANG }: Environment,
): Promise<SheetWords> {
  const wanted = language?.trim().toLowerCase();
  if (wanted !== undefined && wanted !== "en" && wanted !== "ja")
    throw usageError("--language must be en or ja");
  const locale = LC_ALL || LC_MESSAGES || LANG || "";
  const isJapanese = wanted === undefined ? /^ja(_|\.|$)/i.test(locale) : wanted === "ja";
  return isJapanese ? (await import("../../sheet/sheet-words-ja.ts")).JAPANESE : ENGLISH;
}
