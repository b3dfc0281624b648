/** `export pass`: new entries in an existing store of pass or gopass, encrypted by the user's own gpg. */
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import { readPassEntry } from "../../formats/pass.ts";
import { passEntryOf, passPaths } from "../../formats/pass-entry.ts";
import { sameCodes } from "../../otp/enrollment.ts";
import { count, note, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import type { Outgoing } from "./chosen-accounts.ts";

type PassStoreNeeds = Needs<"stderr" | "env" | "files" | "gpg">;

/** With these, pass itself chooses other keys, or checks that .gpg-id is signed. */
const CHOOSES_KEYS = ["PASSWORD_STORE_KEY", "PASSWORD_STORE_SIGNING_KEY"];
const DEEPEST = 64;

/** Whose keys a store's entries are encrypted to. */
export interface PassStore {
  readonly folder: string;
  readonly recipients: readonly string[];
}

/** Throws UserError (exit 2) if `folder` is not a store of pass or in one. */
export async function passStoreAt(folder: string | undefined, needs: PassStoreNeeds): Promise<PassStore> {
  if (folder === undefined)
    throw usageError("export pass needs to know where the store is", "add --output ~/.password-store");
  const chosen = CHOOSES_KEYS.find((name) => needs.env[name] !== undefined && needs.env[name] !== "");
  if (chosen !== undefined)
    throw usageError(
      `${chosen} is set, which only pass itself follows`,
      "one account: twinseed uri NAME | pass otp insert ENTRY",
    );
  if ((await needs.files.folder(folder, Number.MAX_SAFE_INTEGER)) === undefined)
    throw usageError(`${quoted(folder)} is not a folder`, "make the store first: pass init KEY");
  const recipients = await recipientsOf(folder, needs);
  if (recipients.length === 0)
    throw usageError(
      `${quoted(folder)} is not in a password store: there is no .gpg-id`,
      "make one: pass init KEY",
    );
  return { folder, recipients };
}

/** From the nearest .gpg-id, as pass has it; text after # is a comment. */
async function recipientsOf(folder: string, { files }: PassStoreNeeds): Promise<string[]> {
  for (let up = 0; up < DEEPEST; up++) {
    const path = `${folder}/${"../".repeat(up)}.gpg-id`;
    if ((await files.kind(path)) === "missing") continue;
    const text = Buffer.from(await files.read(path, TEXT_LIMITS.bytes)).toString("utf8");
    return text.split("\n").flatMap((line) => line.replace(/#.*/, "").trim() || []);
  }
  return [];
}

/** Encrypts everything before it writes anything, and decrypts each file that it has written. */
export async function writePassEntries(
  kept: readonly Outgoing[],
  { folder, recipients }: PassStore,
  { force }: { readonly force: boolean },
  needs: PassStoreNeeds,
): Promise<void> {
  const { files, gpg } = needs;
  const paths = passPaths(kept.map(({ account, enrollment }) => ({ enrollment, name: account.name })));
  const fileOf = (i: number) => `${folder}/${paths[i]}.gpg`;
  for (const i of force ? [] : kept.keys())
    if ((await files.kind(fileOf(i))) !== "missing")
      throw new UserError(`${quoted(fileOf(i))} already exists; nothing was written`, ExitCode.failed, [
        "leave this account out with --accounts, or overwrite the entry and the password in it with --force",
      ]);
  note(needs, `encrypting to ${recipients.map(quoted).join(", ")}, as .gpg-id says`);
  const sealed: Uint8Array[] = [];
  for (const one of kept) sealed.push(await gpg.encrypt(Buffer.from(passEntryOf(one)), recipients));
  for (const [i, content] of sealed.entries())
    await files.write(fileOf(i), content, { replace: force, withFolders: true });
  for (const [i, one] of kept.entries()) await readBack(one, paths[i] ?? "", fileOf(i), needs);
  note(needs, `wrote ${count(kept.length, "entry", "entries")} into ${quoted(folder)}`);
  if (await hasGit(folder, needs))
    note(needs, "record them in the store's git: pass git add --all && pass git commit");
}

/** Without the secret key it can't be decrypted here: others share the store. */
async function readBack(
  { account, enrollment }: Outgoing,
  path: string,
  file: string,
  needs: PassStoreNeeds,
): Promise<void> {
  try {
    const text = Buffer.from(await needs.gpg.decrypt(file, TEXT_LIMITS.bytes)).toString("utf8");
    const [entry] = (await readPassEntry(path, text)).entries;
    if (entry === undefined || !sameCodes(entry.enrollment, enrollment))
      throw new Error("the entry did not read back as it was written");
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    warn(needs, `${quoted(account.name)} was written, but can't be read here: ${error.message}`);
  }
}

async function hasGit(folder: string, { files }: PassStoreNeeds): Promise<boolean> {
  for (let up = 0; up < DEEPEST; up++) {
    if ((await files.kind(`${folder}/${"../".repeat(up)}.git`)) !== "missing") return true;
    if ((await files.kind(`${folder}/${"../".repeat(up)}.gpg-id`)) !== "missing") return false;
  }
  return false;
}
