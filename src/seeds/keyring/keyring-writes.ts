/** Stores and deletes seeds in the keyring: at the pace that it can take, read back, and with names that a person can judge. */
import { ExitCode, UserError } from "../../base/errors.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { SERVICE } from "./connections.ts";
import { keyringEntries, type UseEntry } from "./keyring-entries.ts";
import { NotText } from "./keyring-errors.ts";
import { letItSave } from "./pace.ts";

/** A connection whose keys are wrong makes garbage of what is written, and may read the same garbage back as the right text. */
const NEEDS_SECOND_CONNECTION = "KWallet";
const WRITES = 3;

export interface KeyringWriter {
  /**
   * Stores the text where nothing is, or over what is there. Leaves nothing if it can't be read back, and throws UserError that
   * starts with `what`. `label`: so that a person who is asked for an entry can tell which one it is.
   */
  store(id: string, text: string, about: { readonly what: string; readonly label: string }): Promise<void>;
  delete(id: string): Promise<void>;
}

/** `provider`: the program that is the keyring. */
export function keyringWriter(
  deps: SeedStoreDeps,
  use: UseEntry,
  provider: () => Promise<string | undefined>,
): KeyringWriter {
  let readBack: UseEntry | undefined;
  const said = new Set<string>();
  let hasWritten = false;

  function note(text: string): void {
    if (!said.has(text)) deps.note(text);
    said.add(text);
  }

  /** Before each entry but the first. */
  async function takeTime(): Promise<void> {
    if (hasWritten && (await letItSave(deps, await provider())))
      note("KeePassXC gets 2 seconds for each entry, as it may crash otherwise");
    hasWritten = true;
  }

  async function write(id: string, text: string, what: string): Promise<void> {
    readBack ??= (await provider()) === NEEDS_SECOND_CONNECTION ? keyringEntries(deps) : use;
    for (let tries = 1; tries <= WRITES; tries++) {
      await use(id, what, (entry) => entry.setPassword(text));
      if ((await textOf(readBack, id, what)) === text) return;
    }
    throw new UserError(`${what}: it did not read back as it was written`, ExitCode.failed, [
      "nothing was stored; check the keyring's own program",
    ]);
  }

  return {
    async store(id, text, { what, label }) {
      await takeTime();
      try {
        await write(id, text, what);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        await use(id, "", (entry) => entry.deletePassword()).catch(() => {});
        throw error;
      }
      if (!wantsLabels(deps.env)) return;
      await deps.keyring?.service?.label({ service: SERVICE, username: id }, `twinseed: ${label}`);
    },

    async delete(id) {
      await takeTime();
      await use(id, "can't delete a seed in the keyring", (entry) => entry.deletePassword());
      if ((await provider()) === "KeePassXC")
        note("KeePassXC keeps deleted entries, with their seeds, in its recycle bin: empty that there");
    },
  };
}

/** undefined: what is there is no text, as it was written with wrong keys. */
async function textOf(use: UseEntry, id: string, what: string): Promise<string | null | undefined> {
  try {
    return await use(id, what, (entry) => entry.getPassword());
  } catch (error) {
    if (error instanceof NotText) return undefined;
    throw error;
  }
}

/** TWINSEED_KEYRING_LABELS=none: for those who don't want the names of their accounts where other programs list them. */
function wantsLabels(env: SeedStoreDeps["env"]): boolean {
  return env.TWINSEED_KEYRING_LABELS !== "none";
}
