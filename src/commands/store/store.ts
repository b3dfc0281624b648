/** `store`: where the seeds are kept and why, moving them to the other store, and keys for scripts. */

import type { Command } from "commander";
import { asUserError, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { wordsOf } from "../../members/words.ts";
import { sealedIds } from "../../seeds/file/sealed-file.ts";
import { copySeeds, deleteDuplicates, deleteSeeds, requireSeeds } from "../../seeds/move-seeds.ts";
import { clearMovedNotes, copyNotes, hasSeveralSeals } from "../../seeds/notes/move-notes.ts";
import { noteIds } from "../../seeds/notes/note-file.ts";
import { readConfig, type StoreKind, writeConfig } from "../../settings/config-file.ts";
import { examples } from "../../talk/examples.ts";
import { count, note, warn } from "../../talk/say.ts";
import { movedMeanwhile, requireStoreInUse } from "../../vault/enroll-accounts.ts";
import type { Needs, World } from "../../world.ts";
import type { RestartOptions } from "./restart-members.ts";
import type { LogOptions } from "./store-log.ts";
import type { AddOptions as MemberOptions } from "./store-members.ts";

type StoreNeeds = Needs<
  | "stdout"
  | "stderr"
  | "random"
  | "folder"
  | "ledger"
  | "seeds"
  | "prepareStore"
  | "noteKeeper"
  | "keyringProvider"
>;

export function registerStore(program: Command, world: World): void {
  const command = program
    .command("store")
    .description("show or change where the seeds are kept, and who can open them");
  command
    .command("show", { isDefault: true })
    .description("show which seed store is in use, and why")
    .option("--json", "print as JSON")
    .action((options: { json?: boolean }) => show(options, world));
  command
    .command("move")
    .description("move all seeds to the other store, each one verified")
    .argument("<store>", "keyring or file")
    .action((kind: string) => move(kind, world));
  command
    .command("key")
    .description("make a raw key that opens the file store, for TWINSEED_KEY in scripts")
    .action(() => keys().then(({ newKey }) => newKey(world)));
  command
    .command("passphrase")
    .description("change the passphrase of the file store; everything else that opens it stays")
    .option("--passphrase-file <file>", 'read the new one from a file ("-": stdin)')
    .action((options: { passphraseFile?: string }) =>
      import("./store-passphrase.ts").then(({ changePassphrase }) => changePassphrase(options, world)),
    );
  command
    .command("unlock-with")
    .description("have this computer's keyring open the file store, with one entry for all seeds")
    .argument("<what>", "keyring")
    .action((what: string) =>
      import("../../sync/keyring-unlocks.ts").then(({ unlockWith }) => unlockWith(what, world)),
    );
  command
    .command("unlock-after")
    .description("have a passphrase that you type unlock the store for some hours (see twinseed unlock)")
    .argument("[time]", "such as 8h; off: for that command alone. Without it, print what is set")
    .action((time: string | undefined) =>
      import("./store-unlock-after.ts").then(({ unlockAfter }) => unlockAfter(time, world)),
    );
  command
    .command("rekey")
    .description("make a new data key, and seal every seed with it")
    .option("--drop-keys", "also drop passphrases and raw keys that are not available")
    .action((options: { dropKeys?: boolean }) => keys().then(({ rekey }) => rekey(options, world)));
  command
    .command("follow")
    .description("say which list of members counts, by its eight words")
    .argument("<words...>", "as another member's twinseed store shows them")
    .action((words: string[]) =>
      import("./store-follow.ts").then(({ followWords }) => followWords(words, world)),
    );
  command
    .command("log")
    .description("show who changed what and when in a shared store")
    .option("--limit <number>", "how many changes", "50")
    .option("--json", "print as JSON")
    .action((options: LogOptions) => import("./store-log.ts").then(({ log }) => log(options, world)));
  registerMembers(command, world);
  examples(command, "show", "twinseed store", "twinseed store --json | jq -r .store");
  examples(command, "passphrase", "twinseed store passphrase");
  examples(command, "move", "twinseed store move file");
  examples(command, "key", "twinseed store key | gh secret set TWINSEED_KEY");
  examples(command, "unlock-with", "twinseed store unlock-with keyring");
  examples(command, "unlock-after", "twinseed store unlock-after 8h", "twinseed store unlock-after off");
  examples(command, "rekey", "twinseed store rekey");
  examples(command, "log", "twinseed store log", "twinseed store log --limit 5 --json");
  examples(command, "follow", "twinseed store follow gravity-webcam-lilac-cards-ruin-fatal-skunk-acid");
}

/** Loaded when needed. */
const keys = () => import("./store-keys.ts");
const members = () => import("./store-members.ts");

function registerMembers(store: Command, world: World): void {
  const command = store
    .command("members")
    .description("list or change who can open and write the shared file store");
  command
    .command("list", { isDefault: true })
    .description("list the members; needs no key")
    .option("--json", "print as JSON")
    .action((options: { json?: boolean }) => members().then(({ list }) => list(options, world)));
  command
    .command("add")
    .description("let a computer open the seeds, and write if it has a signing key")
    .argument("<line>", "what twinseed sync --join printed, in quotes; or age1…, which can only read")
    .option("--name <name>", "name of the member: NAME, or NAME/COMPUTER")
    .option("--yes", "skip the confirmation prompt")
    .action((line: string, options: MemberOptions) => members().then(({ add }) => add(line, options, world)));
  command
    .command("remove")
    .description("remove a member: makes a new data key and seals every seed with it")
    .argument("<member>", "a computer (NAME/COMPUTER), or NAME for all of its computers")
    .option("--drop-keys", "also drop passphrases and raw keys that are not available")
    .action((query: string, options: { dropKeys?: boolean }) =>
      members().then(({ remove }) => remove(query, options, world)),
    );
  command
    .command("restart")
    .description("begin a new list of members, where every signing key is lost")
    .option("--name <name>", "this computer's name in the new list")
    .option("--yes", "skip the confirmation prompt")
    .option("--drop-keys", "also drop passphrases and raw keys that are not available")
    .action((options: RestartOptions) =>
      import("./restart-members.ts").then(({ restart }) => restart(options, world)),
    );
  examples(command, "list", "twinseed store members");
  examples(
    command,
    "add",
    "twinseed store members add 'twinseed-member 1 bob/laptop ... 0f3c9a12'",
    "twinseed store members add age1... --name ci",
  );
  examples(command, "remove", "twinseed store members remove bob");
  examples(command, "restart", "twinseed store members restart");
}

const WHERE: Record<StoreKind, string> = {
  keyring: "the operating system's keyring",
  file: "encrypted files in the data folder",
};

async function show(
  options: { json?: boolean },
  needs: Needs<"stdout" | "stderr" | "folder" | "ledger" | "sharedKeys" | "keyringProvider">,
): Promise<void> {
  const config = readConfig(needs.folder);
  const accounts = needs.ledger.accounts().length;
  const { store = null, why = null, provider = null } = config ?? {};
  const now = store === "keyring" || provider !== null ? ((await needs.keyringProvider()) ?? null) : null;
  const keyring = store === "keyring" || provider !== null ? { storedWith: provider, answers: now } : null;
  const view = store === "file" ? await needs.sharedKeys.view() : undefined;
  const { entry, hash } = view?.newest ?? {};
  const words = hash === undefined ? undefined : await wordsOf(hash);
  if (view?.standing.stop !== undefined) warn(needs, (await view.undecided()).message);
  if (options.json) {
    const shared = entry && {
      list: entry.number,
      changedAt: entry.at,
      changedBy: entry.by,
      words,
      members: entry.members.length,
      thisComputer: view?.me ?? null,
      isDecided: view?.standing.stop === undefined,
    };
    const folder = needs.folder.path;
    const result = { version: 1, store, why, folder, accounts, keyring, shared: shared ?? null };
    needs.stdout.write(`${printableJson(result)}\n`);
    return;
  }
  const lines = config
    ? [`store   ${config.store} (${WHERE[config.store]})`, `why     ${printable(config.why, 300)}`]
    : ["store   not chosen yet; the first add chooses it"];
  if (keyring !== null && (provider ?? now) !== null) lines.push(`keyring ${sayProviders(provider, now)}`);
  lines.push(`folder  ${printable(needs.folder.path, 500)}`, `seeds   ${accounts}`);
  if (entry !== undefined)
    lines.push(
      `shared  ${count(entry.members.length, "member")}; list ${entry.number}, by ${entry.by}, ${entry.at.slice(0, 10)}`,
      `words   ${words}`,
    );
  needs.stdout.write(`${lines.join("\n")}\n`);
}

/** Both, where another program answers than the one that the seeds were stored with. */
function sayProviders(before: string | null, now: string | null): string {
  if (before === null || before === now) return printable(now ?? "", 40);
  return `${printable(before, 40)}; ${now === null ? "it does not answer now" : `${now} answers now`}`;
}

/** Copies all, then names the new store in config.json, then deletes the old copies: a kill anywhere loses nothing. */
async function move(kind: string, needs: StoreNeeds): Promise<void> {
  if (kind !== "keyring" && kind !== "file") throw usageError("the store must be keyring or file");
  const config = readConfig(needs.folder);
  if (config === undefined) {
    throw new UserError("nothing is stored yet", ExitCode.notFound, [
      `the first add chooses the store; to choose it yourself: TWINSEED_STORE=${kind} twinseed add`,
    ]);
  }
  if (config.store === kind) return clearOther(kind, needs);
  const from = await needs.seeds();
  await requireSeeds(from, kind, everyId(from.kind, needs));
  // Before the lock is taken: it may ask for a passphrase.
  const keeper = noteIds(needs.folder).length > 0 ? await needs.noteKeeper(from.kind) : undefined;
  const make = await needs.prepareStore(kind);
  const provider = kind === "keyring" ? await needs.keyringProvider() : undefined;
  const moved = await needs.ledger.edit(async () => {
    requireStoreInUse(from, needs, "nothing was moved");
    const ids = everyId(from.kind, needs);
    const to = await make();
    await copySeeds(from, to, ids);
    const notes =
      keeper && (await copyNotes(needs.folder, keeper, () => needs.noteKeeper(kind), needs.random));
    writeConfig(needs.folder, { store: kind, why: `store move ${kind}`, ...(provider ? { provider } : {}) });
    notes?.finish();
    const shared = from.kind === "keyring" ? adoptedIds(needs) : new Set<string>();
    await deleteSeeds(
      from,
      ids.filter((id) => !shared.has(id)),
    );
    return { seeds: ids.length, shared: ids.filter((id) => shared.has(id)).length };
  });
  note(needs, `moved ${count(moved.seeds, "seed")} to the ${kind} store; each was read back and compared`);
  if (moved.shared > 0) {
    const entries = count(moved.shared, "entry also stays", "entries also stay");
    note(needs, `${entries} in the keyring: doctor found them there, and another data folder may need them`);
  }
}

function adoptedIds(needs: Needs<"ledger">): Set<string> {
  const accounts = [...needs.ledger.accounts(), ...needs.ledger.removed()];
  return new Set(accounts.flatMap(({ id, adopted }) => (adopted ? [id] : [])));
}

/** A move that was interrupted after its last copy leaves the old ones. Deletes each whose seed is also where it should be. */
async function clearOther(kind: StoreKind, needs: StoreNeeds): Promise<void> {
  note(needs, `the seeds are already in the ${kind} store`);
  const other = kind === "file" ? "keyring" : "file";
  const ids = other === "file" ? sealedIds(needs.folder) : everyId(kind, needs);
  await clearNotes(kind, other, needs);
  if (ids.length === 0) return;
  const make = await needs.prepareStore(other).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    note(
      needs,
      `the ${other} store can't be reached, so it was not searched for old copies: ${error.message}`,
    );
  });
  if (make === undefined) return;
  const inUse = await needs.seeds();
  if (inUse.kind !== kind) throw movedMeanwhile(inUse.kind, "nothing was deleted");
  const cleared = await needs.ledger.edit(async () => {
    // Otherwise the copies that are in use now would be mistaken for the old ones.
    requireStoreInUse(inUse, needs, "nothing was deleted");
    const shared = other === "keyring" ? adoptedIds(needs) : new Set<string>();
    const own = ids.filter((id) => !shared.has(id));
    return deleteDuplicates(await make(), inUse, own);
  });
  if (cleared > 0) note(needs, `deleted ${count(cleared, "old copy", "old copies")} from the ${other} store`);
}

/** The keys of the other store may be gone by now: then there is nothing to compare with. */
async function clearNotes(kind: StoreKind, other: StoreKind, needs: StoreNeeds): Promise<void> {
  if (!hasSeveralSeals(needs.folder)) return;
  const [inUse, old] = [await needs.noteKeeper(kind), await needs.noteKeeper(other).catch(asUserError)];
  if (old instanceof UserError) return;
  const cleared = await needs.ledger.edit(() => clearMovedNotes(needs.folder, inUse, old));
  if (cleared > 0) note(needs, `cleared ${count(cleared, "note")} of what only the ${other} store opens`);
}

/** Includes removed accounts, damaged entries, and seeds that no longer have an entry. */
function everyId(from: StoreKind, needs: Needs<"folder" | "ledger">): string[] {
  const known = [...needs.ledger.accounts(), ...needs.ledger.removed()].map(({ id }) => id);
  const sealed = from === "file" ? sealedIds(needs.folder) : [];
  return [...new Set([...known, ...needs.ledger.damaged(), ...sealed])];
}
