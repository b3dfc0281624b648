/** Finds a way to open the file store: from the environment, else by asking the user at the terminal. */

import { ExitCode, UserError } from "../../base/errors.ts";
import { normalizePassphrase } from "../../base/passphrase-text.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { parseRawKey } from "./raw-key.ts";
import type { Opener } from "./slots.ts";

/** The keyring's key is in no variable. */
type Kind = Exclude<Opener["kind"], "keyring">;

/** In order of precedence. */
export const VARIABLES: readonly { readonly name: string; readonly kind: Kind; readonly isFile: boolean }[] =
  [
    { name: "TWINSEED_KEY", kind: "raw-key", isFile: false },
    { name: "TWINSEED_KEY_FILE", kind: "raw-key", isFile: true },
    { name: "TWINSEED_IDENTITY", kind: "age", isFile: false },
    { name: "TWINSEED_IDENTITY_FILE", kind: "age", isFile: true },
    { name: "TWINSEED_PASSPHRASE", kind: "passphrase", isFile: false },
    { name: "TWINSEED_PASSPHRASE_FILE", kind: "passphrase", isFile: true },
  ];

/** Whether a variable opens the store, so that nothing has to be asked for. */
export function hasOpener(env: SeedStoreDeps["env"]): boolean {
  return VARIABLES.some(({ name }) => env[name]);
}

/** The opener in the first variable that is set, not empty, and of one of these kinds. Throws UserError (exit 6). */
export function openerFromEnvironment(
  deps: SeedStoreDeps,
  kinds: readonly Opener["kind"][],
): Opener | undefined {
  for (const { name, kind, isFile } of VARIABLES) {
    const value = deps.env[name];
    if (!value || !kinds.includes(kind)) continue;
    const text = isFile ? deps.readSecretFile(value).replace(/\r?\n$/, "") : value;
    if (kind === "raw-key") return { kind, key: parseRawKey(text, name) };
    if (kind === "age") return { kind, identities: text };
    if (normalizePassphrase(text) === "")
      throw new UserError(`the passphrase in ${name} is empty`, ExitCode.locked);
    return { kind, passphrase: text };
  }
  return undefined;
}
