/** The backup that is to be opened: the one in this page, or a file that the user chooses. */
import { inspectFile } from "../backup/age-header.ts";
import { partsOf } from "../backup/page-file.ts";
import { asUserError } from "../base/errors.ts";
import { BACKUP_LIMITS } from "../base/limits.ts";
import { printable } from "../base/printable.ts";
import type { Words } from "./page-words.ts";

export interface Source {
  /** undefined: the one in this page. */
  readonly name?: string;
  readonly bytes: Uint8Array;
  readonly kind: "passphrase" | "key";
}

/** undefined if this page is a viewer alone; a text says what is wrong with its backup. */
export async function sourceInPage(words: Words): Promise<Source | string | undefined> {
  const text = document.getElementById("backup")?.textContent?.trim() ?? "";
  if (text === "") return undefined;
  return inspected(new TextEncoder().encode(text), undefined, words);
}

export async function sourceInFile(file: File, words: Words): Promise<Source | string> {
  if (file.size > BACKUP_LIMITS.bytes) return words.tooLarge;
  return inspected(new Uint8Array(await file.arrayBuffer()), printable(file.name, 60), words);
}

async function inspected(
  bytes: Uint8Array,
  name: string | undefined,
  words: Words,
): Promise<Source | string> {
  try {
    const parts = name === undefined ? undefined : partsOf(bytes);
    const file = parts === undefined ? bytes : new TextEncoder().encode(parts.armored);
    const kind = await inspectFile(file);
    return { ...(name === undefined ? {} : { name }), bytes: file, kind };
  } catch (error) {
    return `${words.cantRead}${asUserError(error).message}`;
  }
}
