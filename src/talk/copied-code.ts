/** A code on the clipboard, where it stays for a short while only. */
import type { Ports } from "../ports/index.ts";
import { quoted } from "./say.ts";

/** Seconds. */
export const CLEAR_CLIPBOARD_AFTER = 30;

/** Copies it, and gives the sentence that says so. Throws UserError where there is no clipboard. */
export async function copyCode(
  code: string,
  { name }: { readonly name: string },
  needs: Pick<Ports, "clipboard">,
): Promise<string> {
  await needs.clipboard.copy(code, CLEAR_CLIPBOARD_AFTER);
  return `copied the code of ${quoted(name)}; the clipboard is cleared in ${CLEAR_CLIPBOARD_AFTER} s`;
}
