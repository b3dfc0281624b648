/** `store`: where the seeds are kept and why, moving them to the other store, and keys for scripts. */
import type { Command } from "commander";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { sealedIds } from "../../seeds/file/sealed-ids.ts";
import { copySeeds, deleteDoubles, deleteSeeds, demandSeeds } from "../../seeds/move-seeds.ts";
import type { StoreKind } from "../../settings/config-file.ts";
import { readConfig, writeConfig } from "../../settings/config-file.ts";
import { examples } from "../../talk/examples.ts";
import { count, note } from "../../talk/say.ts";
import { demandStoreInUse, movedMeanwhile } from "../../vault/enrol.ts";
import type { World } from "../../world.ts";
import type { AddOptions as RecipientOptions } from "./store-recipients.ts";

export function registerStore(program: Command, ctx: World): void {
  const command = program.command("store").description("show where the seeds are kept, and why");
  command
    .command("show", { isDefault: true })
    .description("the seed store in use, and what led to it")
    .option("--json", "as JSON")
    .action((options: { json?: boolean }) => show(options, ctx));
  command
    .command("move")
    .description("move all seeds to the other store, each one verified")
    .argument("<store>", "keyring or file")
    .action((kind: string) => move(kind, ctx));
  command
    .command("key")
    .description("make a raw key that opens the file store, for TWINSEED_KEY in scripts")
    .action(() => newKey(ctx));
  registerRecipients(command, ctx);
  examples(command, "show", "twinseed store", "twinseed store --json | jq -r .store");
  examples(command, "move", "twinseed store move file");
  examples(command, "key", "twinseed store key | gh secret set TWINSEED_KEY");
}

/** Loaded when needed. */
const recipients = () => import("./store-recipients.ts");

function registerRecipients(store: Command, ctx: World): void {
  const command = store.command("recipients").description("who can open the file store with an age identity");
  command
    .command("list", { isDefault: true })
    .description("the recipients; needs no key")
    .option("--json", "as JSON")
    .action((options: { json?: boolean }) => recipients().then(({ list }) => list(options, ctx)));
  command
    .command("add")
    .description("let somebody open the seeds")
    .argument("[recipient...]", "age1…, as age-keygen prints it")
    .option("-R, --recipients-file <file...>", "files with one recipient a line; - is stdin")
    .option("--name <name>", "whose it is")
    .action((given: string[], options: RecipientOptions) =>
      recipients().then(({ add }) => add(given, options, ctx)),
    );
  command
    .command("remove")
    .description("shut somebody out: makes a new data key and seals every seed with it")
    .argument("<recipient>", "name or age1…")
    .option("--drop-keys", "also leave out passphrases and raw keys that are not at hand")
    .action((query: string, options: { dropKeys?: boolean }) =>
      recipients().then(({ remove }) => remove(query, options, ctx)),
    );
  store
    .command("rekey")
    .description("make a new data key, or finish a change of it that was cut off")
    .option("--drop-keys", "also leave out passphrases and raw keys that are not at hand")
    .action((options: { dropKeys?: boolean }) => recipients().then(({ rekey }) => rekey(options, ctx)));
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

async function show(options: { json?: boolean }, ctx: World): Promise<void> {
  const config = readConfig(ctx.folder);
  const accounts = ctx.ledger.accounts().length;
  if (options.json) {
    const { store = null, why = null } = config ?? {};
    ctx.stdout.write(`${printableJson({ version: 1, store, why, folder: ctx.folder.path, accounts })}\n`);
    return;
  }
  const lines = config
    ? [`store   ${config.store} (${WHERE[config.store]})`, `why     ${printable(config.why, 300)}`]
    : ["store   not chosen yet; the first add does it"];
  lines.push(`folder  ${printable(ctx.folder.path, 500)}`, `seeds   ${accounts}`);
  ctx.stdout.write(`${lines.join("\n")}\n`);
}

/** Copies all, then names the new store in config.json, then deletes the old copies: a kill anywhere loses nothing. */
async function move(kind: string, ctx: World): Promise<void> {
  if (kind !== "keyring" && kind !== "file") throw usageError("store move takes keyring or file");
  const config = readConfig(ctx.folder);
  if (config === undefined) {
    throw new UserError("nothing is stored yet", ExitCode.notFound, [
      `the first add chooses; to decide yourself: TWINSEED_STORE=${kind} twinseed add`,
    ]);
  }
  if (config.store === kind) return clearOther(kind, ctx);
  const from = await ctx.seeds();
  await demandSeeds(from, kind, everyId(from.kind, ctx));
  const make = await ctx.prepareStore(kind);
  const moved = await ctx.ledger.edit(async () => {
    demandStoreInUse(from, ctx, "nothing was moved");
    const ids = everyId(from.kind, ctx);
    const to = await make();
    await copySeeds(from, to, ids);
    writeConfig(ctx.folder, { store: kind, why: `store move ${kind}` });
    const shared = from.kind === "keyring" ? adoptedIds(ctx) : new Set<string>();
    await deleteSeeds(
      from,
      ids.filter((id) => !shared.has(id)),
    );
    return { seeds: ids.length, shared: ids.filter((id) => shared.has(id)).length };
  });
  note(ctx, `moved ${count(moved.seeds, "seed")} to the ${kind} store; each was read back and compared`);
  if (moved.shared > 0) {
    const entries = count(moved.shared, "entry stays", "entries stay");
    note(
      ctx,
      `${entries} in the keyring too: doctor found them there, and another data folder may need them`,
    );
  }
}

function adoptedIds(ctx: World): Set<string> {
  const accounts = [...ctx.ledger.accounts(), ...ctx.ledger.removed()];
  return new Set(accounts.flatMap(({ id, adopted }) => (adopted ? [id] : [])));
}

/** A move that was cut off after its last copy leaves the old ones: they go when the same seed is where it should be. */
async function clearOther(kind: StoreKind, ctx: World): Promise<void> {
  note(ctx, `the seeds are in the ${kind} store already`);
  const other = kind === "file" ? "keyring" : "file";
  const ids = other === "file" ? sealedIds(ctx.folder) : everyId(kind, ctx);
  if (ids.length === 0) return;
  const make = await ctx.prepareStore(other).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    note(ctx, `the ${other} store can't be reached, so it was not searched for old copies: ${error.message}`);
  });
  if (make === undefined) return;
  const inUse = await ctx.seeds();
  if (inUse.kind !== kind) throw movedMeanwhile(inUse.kind, "nothing was deleted");
  const cleared = await ctx.ledger.edit(async () => {
    // Else the copies that are in use now would be taken for the old ones.
    demandStoreInUse(inUse, ctx, "nothing was deleted");
    const shared = other === "keyring" ? adoptedIds(ctx) : new Set<string>();
    const own = ids.filter((id) => !shared.has(id));
    return deleteDoubles(await make(), inUse, own);
  });
  if (cleared > 0) note(ctx, `deleted ${count(cleared, "old copy", "old copies")} from the ${other} store`);
}

/** Also the removed ones, the damaged entries, and seeds that no entry speaks of any more. */
function everyId(from: StoreKind, ctx: World): string[] {
  const known = [...ctx.ledger.accounts(), ...ctx.ledger.removed()].map(({ id }) => id);
  const sealed = from === "file" ? sealedIds(ctx.folder) : [];
  return [...new Set([...known, ...ctx.ledger.damaged(), ...sealed])];
}

async function newKey(ctx: World): Promise<void> {
  if (readConfig(ctx.folder)?.store !== "file") {
    throw new UserError("keys are for the file store, and the seeds are not in it", ExitCode.failed, [
      "see: twinseed store",
    ]);
  }
  ctx.stdout.write(`${await ctx.addRawKey()}\n`);
  note(
    ctx,
    "this key opens every seed in the file store; give it to scripts as TWINSEED_KEY or in TWINSEED_KEY_FILE",
  );
}
