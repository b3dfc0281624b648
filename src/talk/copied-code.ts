/** Copies a code to the clipboard, which is cleared after a short while. */
import type { Ports } from "../ports/index.ts";
import { quoted } from "./say.ts";

/** In seconds. */
export const CLEAR_CLIPBOARD_AFTER = 30;

/** Copies the code, and returns a sentence that says so. Throws UserError if there is no clipboard. */
export async function copyCode(
  code: string,
  { name }: { readonly name: string },
  needs: Pick<Ports, "clipboard">,
): Promise<string> {
  const which = await needs.clipboard.copy(code, CLEAR_CLIPBOARD_AFTER);
  if (which === "terminal")
    return `sent the code of ${quoted(name)} to your terminal's clipboard, if it allows that (OSC 52); cleared in ${CLEAR_CLIPBOARD_AFTER} s`;
  return `copied the code of ${quoted(name)}; the clipboard will be cleared in ${CLEAR_CLIPBOARD_AFTER} s`;
}
