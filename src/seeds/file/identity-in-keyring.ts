/** The age identity that this computer made for a shared store, in an entry of its keyring. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { keyringEntries } from "../keyring/keyring-entries.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { hex } from "./data-key.ts";

const ENTRY_BYTES = 16;
const READING = "can't read this computer's identity in the keyring";

export interface InKeyring {
  /** 32 hexadecimal digits, which name the entry. */
  readonly entry: string;
}

/** So that one run asks the keyring once; the deps themselves are copied. */
const read = new WeakMap<object, { readonly entry: string; readonly identity: string }>();

/** The identity from the keyring. Throws UserError (exit 6) if the keyring does not have it. */
export async function identityInKeyring(deps: SeedStoreDeps, { entry }: InKeyring): Promise<string> {
  const known = read.get(deps.keyring ?? deps);
  if (known?.entry === entry) return known.identity;
  const identity = (await readIdentity(deps, entry)) || (await readOnceOpen(deps, entry));
  if (identity) {
    read.set(deps.keyring ?? deps, { entry, identity });
    return identity;
  }
  throw new UserError(
    "this computer's identity for the store was not found in the keyring",
    ExitCode.locked,
    [
      "a locked keyring may answer like this too: unlock it and run this again",
      "if it is gone, join again: twinseed sync --join",
    ],
  );
}

async function readIdentity(deps: SeedStoreDeps, entry: string): Promise<string | null> {
  return keyringEntries(deps)(entryNameOf(entry), READING, (entry) => entry.getPassword());
}

/** A locked keyring may answer that it has nothing, and another program's has nothing indeed. */
async function readOnceOpen(deps: SeedStoreDeps, entry: string): Promise<string | null> {
  const { requireOwnKeyring } = await import("../keyring/own-keyring.ts");
  await requireOwnKeyring(deps, READING);
  return readIdentity(deps, entry);
}

/** In an entry of its own: two data folders of one user can be members of the same store. */
export async function keepInKeyring(deps: SeedStoreDeps, identity: string): Promise<object> {
  const entry = hex(deps.random(ENTRY_BYTES));
  const what = "can't store this computer's identity in the keyring";
  const { storeInKeyring } = await import("./make-keyring-slot.ts");
  await storeInKeyring(deps, entryNameOf(entry), identity, {
    what,
    label: "this computer's identity for a shared store",
  });
  return { kept: "keyring", entry };
}

/** An account's id is shorter. */
function entryNameOf(entry: string): string {
  return `identity${entry}`;
}
