/** The key that is plugged in: how it is reached, and what its password is. */
import { readPassphrase } from "../../backup/key-files.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { type OathKey, openKey } from "../../handover/oath-key.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { heldCopy } from "../../ledger/copies.ts";
import { isProof } from "../../ledger/copy-states.ts";
import { count, pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export interface KeyPlace {
  reader?: string;
  passwordFile?: string;
}

export type KeyNeeds = Needs<"stdin" | "terminal" | "files" | "ykman">;

export function openPluggedKey({ reader, passwordFile }: KeyPlace, needs: KeyNeeds): Promise<OathKey> {
  return openKey(needs.ykman, reader, async () => {
    if (passwordFile !== undefined) return readPassphrase(passwordFile, needs);
    const terminal = needs.terminal();
    if (terminal === undefined)
      throw usageError(
        "the key has a password, and there is no terminal to ask on",
        "give it with: --password-file FILE",
      );
    return terminal.askHidden("Password of the key: ");
  });
}

/**
 * Keys look alike. Throws UserError if this one has none of what the one with this name has proved to hold, so that a seed is not
 * noted on the wrong key.
 */
export function requireSameKey(
  device: Device,
  accounts: readonly Account[],
  isOnKey: (account: Account) => boolean,
): void {
  const held = accounts.filter((account) => {
    const copy = heldCopy(account, device);
    return copy !== undefined && isProof(copy, device);
  });
  if (held.length === 0 || held.some(isOnKey)) return;
  const name = pasteableName(device.name);
  throw new UserError(
    `this key has none of the ${count(held.length, "account")} that ${quoted(device.name)} has: is it another key?`,
    ExitCode.failed,
    [
      "nothing was changed; for another key, use another name",
      `if it was reset, say so first: twinseed device wiped ${name}`,
    ],
  );
}

export function requireHardware({ name, kind }: Device): void {
  if (kind === "hardware") return;
  throw new UserError(`${quoted(name)} is a ${kind} here, not a hardware key`, ExitCode.failed, [
    "use another name for the key",
  ]);
}
