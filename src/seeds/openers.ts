/** Where the way to open the file store comes from: the environment, else the person at the terminal. */
import type { Terminal } from "../context.ts";
import { ExitCode, UserError } from "../errors.ts";
import type { SeedStoreDeps } from "./deps.ts";
import { parseRawKey } from "./raw-key.ts";
import { tidyPassphrase } from "./scrypt.ts";
import type { Opener } from "./slots.ts";

type Kind = Opener["kind"];

const NEW_TRIES = 3;
const SHORT = 8;

/** In the order that counts. */
const VARIABLES: readonly { readonly name: string; readonly kind: Kind; readonly isFile: boolean }[] = [
  { name: "TWINSEED_KEY", kind: "raw-key", isFile: false },
  { name: "TWINSEED_KEY_FILE", kind: "raw-key", isFile: true },
  { name: "TWINSEED_PASSPHRASE", kind: "passphrase", isFile: false },
  { name: "TWINSEED_PASSPHRASE_FILE", kind: "passphrase", isFile: true },
];

export const VARIABLE_NAMES = VARIABLES.map(({ name }) => name).join(", ");

export function hasVariable(env: SeedStoreDeps["env"]): boolean {
  return VARIABLES.some(({ name }) => env[name]);
}

/** The first variable that is set (and not empty) for one of these kinds, read. Throws UserError (exit 6). */
export function openerFromEnvironment(deps: SeedStoreDeps, kinds: readonly Kind[]): Opener | undefined {
  for (const { name, kind, isFile } of VARIABLES) {
    const value = deps.env[name];
    if (!value || !kinds.includes(kind)) continue;
    const text = isFile ? deps.readSecretFile(value).replace(/\r?\n$/, "") : value;
    if (kind === "raw-key") return { kind, key: parseRawKey(text, name) };
    if (tidyPassphrase(text) === "")
      throw new UserError(`the passphrase in ${name} is empty`, ExitCode.locked);
    return { kind, passphrase: text };
  }
  return undefined;
}

/** Asks twice, hidden. Throws UserError after some tries. */
export async function askNewPassphrase(terminal: Terminal, note: (text: string) => void): Promise<Opener> {
  for (let i = 0; i < NEW_TRIES; i++) {
    const passphrase = await terminal.askHidden("New passphrase for the seeds: ");
    if (tidyPassphrase(passphrase) === "") {
      note("an empty passphrase protects nothing");
      continue;
    }
    if ([...tidyPassphrase(passphrase)].length < SHORT)
      note(`warning: a passphrase of less than ${SHORT} characters is easy to guess`);
    if (tidyPassphrase(await terminal.askHidden("The same again: ")) === tidyPassphrase(passphrase))
      return { kind: "passphrase", passphrase };
    note("the two passphrases differ");
  }
  throw new UserError("no passphrase was set", ExitCode.locked, ["nothing was changed"]);
}

export function noOpenerError(message: string): UserError {
  return new UserError(message, ExitCode.locked, [`no terminal to ask on: set one of ${VARIABLE_NAMES}`]);
}
