/** Reads and opens a backup. Asks for what opens it, unless an option says. */

import { inspectFile, type Opener, openFile, WrongOpener } from "../backup/age-file.ts";
import { identitiesIn } from "../backup/age-keys.ts";
import { parseContent, type ReadBackup } from "../backup/backup-content.ts";
import { nameOf, readKeyFile, readPassphrase } from "../backup/key-files.ts";
import { usageError } from "../base/errors.ts";
import { BACKUP_LIMITS } from "../base/limits.ts";
import type { Terminal } from "../ports/terminal.ts";
import { note } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { askShares } from "./ask-shares.ts";
import { backupIn, type FoundBackup } from "./page-backup.ts";
import { sharesIn } from "./shares-file.ts";

export type UnlockNeeds = Needs<"stdin" | "stderr" | "terminal" | "files">;

/** What opens a backup. Without any of these, the user is asked. */
export interface KeyOptions {
  passphraseFile?: string;
  identity?: string[];
  shares?: string;
}

const TRIES = 3;

/** Throws UserError: exit 5 for a file that is not a backup, is damaged or hostile, or does not open with this key. */
export async function readBackup(
  file: string,
  options: KeyOptions,
  needs: UnlockNeeds,
): Promise<ReadBackup & Pick<FoundBackup, "isInForeignPage">> {
  const { passphraseFile, identity = [], shares } = options;
  const given = [passphraseFile !== undefined, identity.length > 0, shares !== undefined];
  if (given.filter(Boolean).length > 1)
    throw usageError("only one of these opens a backup: --passphrase-file, -i or --shares");
  const read = await needs.files.read(file, BACKUP_LIMITS.bytes);
  const { bytes, isInForeignPage } = await backupIn(file, read, needs);
  const kind = await inspectFile(bytes);
  const opener = await givenOpener(options, kind, needs);
  const text = opener === undefined ? await ask(bytes, kind, needs) : await openFile(bytes, opener);
  return { ...parseContent(text), isInForeignPage };
}

async function givenOpener(
  { passphraseFile, identity = [], shares }: KeyOptions,
  kind: "passphrase" | "key",
  needs: Needs<"stdin" | "files">,
): Promise<Opener | undefined> {
  if (kind === "passphrase" && (identity.length > 0 || shares !== undefined))
    throw new WrongOpener("this backup is locked with a passphrase", [
      "open it with: --passphrase-file FILE",
    ]);
  if (passphraseFile !== undefined) {
    if (kind === "key")
      throw new WrongOpener("this backup is locked with a key, not with a passphrase", KEY_HINTS);
    return { kind: "passphrase", passphrase: await readPassphrase(passphraseFile, needs) };
  }
  if (shares !== undefined) {
    const key = await sharesIn(await readKeyFile(shares, needs), nameOf(shares));
    return { kind: "recovery-key", key };
  }
  if (identity.length === 0) return undefined;
  const identities: string[] = [];
  for (const path of identity)
    identities.push(...(await identitiesIn(await readKeyFile(path, needs), nameOf(path))));
  return { kind: "identities", identities };
}

const KEY_HINTS = ["open it with its shares (--shares FILE) or an age identity (-i FILE)"];

async function ask(
  bytes: Uint8Array,
  kind: "passphrase" | "key",
  needs: Needs<"stderr" | "terminal">,
): Promise<string> {
  const terminal = needs.terminal();
  if (terminal === undefined) {
    throw kind === "passphrase"
      ? usageError(
          "the backup needs a passphrase, and there is no terminal to ask on",
          "give it with: --passphrase-file FILE",
        )
      : usageError("the backup needs a key, and there is no terminal to ask on", ...KEY_HINTS);
  }
  if (kind === "passphrase") return askPassphrase(bytes, terminal, needs);
  note(needs, "this backup is locked with a key: type its shares, or give an age identity with -i FILE");
  return openFile(bytes, { kind: "recovery-key", key: await askShares(terminal) });
}

async function askPassphrase(bytes: Uint8Array, terminal: Terminal, needs: Needs<"stderr">): Promise<string> {
  for (let i = 1; ; i++) {
    const passphrase = await terminal.askHidden("Passphrase of the backup: ");
    try {
      return await openFile(bytes, { kind: "passphrase", passphrase });
    } catch (error) {
      if (!(error instanceof WrongOpener) || i === TRIES) throw error;
      note(needs, "wrong passphrase, try again");
    }
  }
}
