/** `store`: where the seeds are kept and why, moving them to the other store, and keys for scripts. */

import type { Command } from "commander";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { sealedIds } from "../../seeds/file/sealed-file.ts";
import { copySeeds, deleteDuplicates, deleteSeeds, requireSeeds } from "../../seeds/move-seeds.ts";
import { readConfig, type StoreKind, writeConfig } from "../../settings/config-file.ts";
import { examples } from "../../talk/examples.ts";
import { count, note } from "../../talk/say.ts";
import { movedMeanwhile, requireStoreInUse } from "../../vault/enroll-accounts.ts";
import type { Needs, World } from "../../world.ts";
import type { AddOptions as RecipientOptions } from "./store-recipients.ts";

type StoreNeeds = Needs<"stdout" | "stderr" | "folder" | "ledger" | "seeds" | "prepareStore" | "addRawKey">;

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
    .action(() => newKey(world));
  registerRecipients(command, world);
  examples(command, "show", "twinseed store", "twinseed store --json | jq -r .store");
  examples(command, "move", "twinseed store move file");
  examples(command, "key", "twinseed store key | gh secret set TWINSEED_KEY");
}

/** Loaded when needed. */
const recipients = () => import("./store-recipients.ts");

function registerRecipients(store: Command, world: World): void {
  const command = store
    .command("recipients")
    .description("list or change who can open the file store with an age identity");
  command
    .command("list", { isDefault: true })
    .description("list the recipients; needs no key")
    .option("--json", "print as JSON")
    .action((options: { json?: boolean }) => recipients().then(({ list }) => list(options, world)));
  command
    .command("add")
    .description("let someone open the seeds")
    .argument("[recipient...]", "age1…, as age-keygen prints it")
    .option("-R, --recipients-file <file...>", 'files with one recipient per line ("-": stdin)')
    .option("--name <name>", "name of the recipient")
    .action((given: string[], options: RecipientOptions) =>
      recipients().then(({ add }) => add(given, options, world)),
    );
  command
    .command("remove")
    .description("remove a recipient: makes a new data key and seals every seed with it")
    .argument("<recipient>", "name or age1…")
    .option("--drop-keys", "also drop passphrases and raw keys that are not available")
    .action((query: string, options: { dropKeys?: boolean }) =>
      recipients().then(({ remove }) => remove(query, options, world)),
    );
  store
    .command("rekey")
    .description("make a new data key, or finish an interrupted change of it")
    .option("--drop-keys", "also drop passphrases and raw keys that are not available")
    .action((options: { dropKeys?: boolean }) => recipients().then(({ rekey }) => rekey(options, world)));
  examples(command, "list", "twinseed store recipients");
  examples(
    command,
    "add",
    "twinseed store recipients add age1... --name alice",
    "twinseed store recipients add -R team.txt",
  );
  examples(command, "remove", "twinseed store recipients remove alice");
  examples(store, "rekey", "twinseed store rekey");
}

const WHERE: Record<StoreKind, string> = {
  keyring: "the operating system's keyring",
  file: "encrypted files in the data folder",
};

async function show(
  options: { json?: boolean },
  needs: Needs<"stdout" | "folder" | "ledger">,
): Promise<void> {
  const config = readConfig(needs.folder);
  const accounts = needs.ledger.accounts().length;
  if (options.json) {
    const { store = null, why = null } = config ?? {};
    needs.stdout.write(`${printableJson({ version: 1, store, why, folder: needs.folder.path, accounts })}\n`);
    return;
  }
  const lines = config
    ? [`store   ${config.store} (${WHERE[config.store]})`, `why     ${printable(config.why, 300)}`]
    : ["store   not chosen yet; the first add chooses it"];
  lines.push(`folder  ${printable(needs.folder.path, 500)}`, `seeds   ${accounts}`);
  needs.stdout.write(`${lines.join("\n")}\n`);
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
  const make = await needs.prepareStore(kind);
  const moved = await needs.ledger.edit(async () => {
    requireStoreInUse(from, needs, "nothing was moved");
    const ids = everyId(from.kind, needs);
    const to = await make();
    await copySeeds(from, to, ids);
    writeConfig(needs.folder, { store: kind, why: `store move ${kind}` });
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

/** Includes removed accounts, damaged entries, and seeds that no longer have an entry. */
function everyId(from: StoreKind, needs: Needs<"folder" | "ledger">): string[] {
  const known = [...needs.ledger.accounts(), ...needs.ledger.removed()].map(({ id }) => id);
  const sealed = from === "file" ? sealedIds(needs.folder) : [];
  return [...new Set([...known, ...needs.ledger.damaged(), ...sealed])];
}

async function newKey(needs: StoreNeeds): Promise<void> {
  if (readConfig(needs.folder)?.store !== "file") {
    throw new UserError("only the file store has keys, and the seeds are not in it", ExitCode.failed, [
      "see: twinseed store",
    ]);
  }
  needs.stdout.write(`${await needs.addRawKey()}\n`);
  note(
    needs,
    "this key opens every seed in the file store; give it to scripts as TWINSEED_KEY or in TWINSEED_KEY_FILE",
  );
}
