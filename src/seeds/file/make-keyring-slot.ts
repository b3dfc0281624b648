/** `store unlock-with keyring`: puts what opens the file store into this computer's keyring, and reads it back. */
import { keyringEntries } from "../keyring/keyring-entries.ts";
import { keyringWriter } from "../keyring/keyring-writes.ts";
import { providerNow, requireUnlocked } from "../keyring/own-keyring.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { hex } from "./data-key.ts";
import { entryNameOf, type KeyringOpener } from "./keyring-slot.ts";
import { KEY_BYTES, toBase64 } from "./seal.ts";

const ENTRY_BYTES = 16;
const WHAT = "can't store the key of the seeds in the keyring";

/** A new random key in an entry of its own. Throws UserError (exit 6) if no keyring keeps it. */
export async function keyInKeyring(deps: SeedStoreDeps): Promise<KeyringOpener> {
  const entry = hex(deps.random(ENTRY_BYTES));
  const key = deps.random(KEY_BYTES);
  await storeInKeyring(deps, entryNameOf(entry), toBase64(key), {
    what: WHAT,
    label: "the key that opens the seeds",
  });
  return { kind: "keyring", entry, key };
}

/** Throws UserError (exit 6) that starts with `what`. */
export async function storeInKeyring(
  deps: SeedStoreDeps,
  name: string,
  text: string,
  { what, label }: { what: string; label: string },
): Promise<void> {
  await requireUnlocked(deps, what);
  const writer = keyringWriter(deps, keyringEntries(deps), () => providerNow(deps));
  await writer.store(name, text, { what, label });
}
