/**
 */
import { createInterface } from "node:readline";
import { UserError } from "../../src/base/errors.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import type { Patience } from "../../src/seeds/keyring/settings.ts";
import type { SeedStoreDeps } from "../../src/seeds/needs.ts";
import { answering, realChild, realKeyring, testDeps } from "./seed-store-deps.ts";

export interface Order {
  /** "pause": reports that it is waiting, then waits for a line on stdin. */
  readonly actions: readonly ("get" | "put" | "delete" | "prepare" | "ids" | "pause")[];
  readonly id?: string;
  readonly uri?: string;
  /** Default: the program's own. */
  readonly patience?: Patience;
  readonly runtimeFolder?: string;
}

export interface Trial {
  readonly action: string;
  readonly answer?: string;
  /** The error if it was refused. */
  readonly exitCode?: number;
  readonly message?: string;
  readonly ms: number;
}

const { actions, id = "a", uri = "", runtimeFolder, ...settings }: Order = JSON.parse(process.argv[2] ?? "");

const { keyring: _, ...rest } = testDeps();
const deps: SeedStoreDeps = {
  ...rest,
  env: process.env,
  runChild: realChild,
  terminal: () => answering([]),
  note: (text) => void process.stderr.write(`${text}\n`),
  keyring: {
    ...settings,
    ...realKeyring(runtimeFolder),
    onStuck: () => void process.stderr.write("stuck\n"),
  },
};

async function run(): Promise<void> {
  const store = await SEED_STORES.keyring.open(deps);
  const doing: Record<Order["actions"][number], () => Promise<string | undefined>> = {
    get: async () => formatOtpauthUri(await store.get(id)),
    put: () => store.put(id, parseOtpauthUri(uri)).then(nothing),
    delete: () => store.delete(id).then(nothing),
    prepare: () => SEED_STORES.keyring.prepare(deps).then(nothing),
    ids: async () => (await SEED_STORES.keyring.ids(deps)).join(" "),
    pause: () => pause().then(nothing),
  };
  for (const action of actions) {
    const start = performance.now();
    const result = await doing[action]().then(
      (answer) => (answer === undefined ? {} : { answer }),
      (error: unknown) => {
        if (error instanceof UserError) return { exitCode: error.exitCode, message: error.message };
        throw error;
      },
    );
    say({ action, ...result, ms: Math.round(performance.now() - start) });
  }
}

const nothing = (): undefined => undefined;

async function pause(): Promise<void> {
  say({ action: "pausing", ms: 0 });
  const input = createInterface({ input: process.stdin });
  await new Promise((resolve) => input.once("line", resolve));
  input.close();
}

function say(trial: Trial): void {
  process.stdout.write(`${JSON.stringify(trial)}\n`);
}

void run();
