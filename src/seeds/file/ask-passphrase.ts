/** A new passphrase from the user: typed twice, or ten words made here and typed back from what was written down. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { normalizePassphrase } from "../../base/passphrase-text.ts";
import { isShort, SHORT } from "../../base/short-passphrase.ts";
import { newPassphrase, normalizeWords } from "../../base/word-list.ts";
import type { Terminal } from "../../ports/terminal.ts";

const TRIES = 3;

/** `what` it is for, such as "the seeds". Throws UserError (exit 6) after a few tries. */
export async function askNewPassphrase(
  terminal: Terminal,
  note: (text: string) => void,
  random: (bytes: number) => Uint8Array,
  what: string,
): Promise<string> {
  for (let i = 0; i < TRIES; i++) {
    const passphrase = await terminal.askHidden(`New passphrase for ${what} (Enter: generate one): `);
    if (normalizePassphrase(passphrase) === "") return showNewPassphrase(terminal, random, what);
    if (isShort(passphrase)) {
      const question = `That is fewer than ${SHORT} characters, which programs guess. Use it all the same?`;
      if (!(await terminal.confirm(question, false))) continue;
    }
    const again = await terminal.askHidden("Confirm passphrase: ");
    if (normalizePassphrase(again) === normalizePassphrase(passphrase)) return passphrase;
    note("the two passphrases differ");
  }
  throw new UserError("no passphrase was set", ExitCode.locked, ["nothing was changed"]);
}

/** Shows ten words on the alternate screen, which leaves nothing behind. Then the user types them from what they wrote down. */
export async function showNewPassphrase(
  terminal: Terminal,
  random: (bytes: number) => Uint8Array,
  what: string,
): Promise<string> {
  const passphrase = await newPassphrase(random);
  const words = passphrase.split(" ");
  const lines = [words.slice(0, 5), words.slice(5)].map((row) => `    ${row.join(" ")}`);
  return terminal.fullScreen(async (screen) => {
    let remark = `The passphrase for ${what}. Write it down: it is shown only here.`;
    for (let i = 0; i < TRIES; i++) {
      screen.draw(() => [remark, "", ...lines].join("\n"));
      await screen.ask("Written down? Press Enter: ");
      screen.draw(() => "Type it from what you wrote down: ten words with spaces.");
      const typed = await screen.ask("Passphrase: ");
      if (normalizeWords(typed) === passphrase) return passphrase;
      remark = "That was not it. Compare it with what you wrote down:";
    }
    throw new UserError("the passphrase was not typed back; nothing was written", ExitCode.failed);
  });
}
