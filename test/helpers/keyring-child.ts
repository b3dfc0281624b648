/**
 * The real keyring store in a process of its own, which has to end by itself:
 *
 *     node keyring-child.cjs get|put|delete|prepare|choose [ID] [URI] [GIVE_UP_AFTER_MS]
 *
 * Bundled by test/seeds/keyring.test.ts.
 */
import { UserError } from "../../src/errors.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import type { SeedStoreDeps } from "../../src/seeds/deps.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { openSeedStore } from "../../src/seeds/open.ts";
import { answering, testDeps } from "./seed-store-deps.ts";

const [action = "", id = "", uri = "", giveUpAfter = "15000"] = process.argv.slice(2);

const { keyring: _, ...rest } = testDeps();
const deps: SeedStoreDeps = {
  ...rest,
  env: process.env,
  terminal: () => answering([]),
  note: (text) => void process.stderr.write(`${text}\n`),
  keyring: {
    onStuck: () => void process.stderr.write("stuck\n"),
    patience: { noteAfter: Math.min(1000, Number(giveUpAfter) / 2), giveUpAfter: Number(giveUpAfter) },
  },
};

async function run(): Promise<void> {
  const store = await SEED_STORES.keyring.open(deps);
  if (action === "get") process.stdout.write(formatOtpauthUri(await store.get(id)));
  else if (action === "put") await store.put(id, parseOtpauthUri(uri));
  else if (action === "delete") await store.delete(id);
  else if (action === "choose") process.stdout.write((await openSeedStore(deps, { create: true })).kind);
  else if (action === "prepare") await SEED_STORES.keyring.prepare(deps);
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
});
