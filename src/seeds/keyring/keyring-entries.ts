/** Calls to the keyring: the binding loaded when first needed, one entry per id, errors in words, every wait bounded. */
import type { SeedStoreDeps } from "../needs.ts";
import { checkId } from "../seed-text.ts";
import { loadBinding } from "./keyring-binding.ts";
import { type Connection, connecting, repairBusAddress } from "./keyring-bus.ts";
import { keyringError, noBindingError, SilentKeyring, tooSlowError } from "./keyring-errors.ts";
import type { KeyringBinding, KeyringEntry, Patience } from "./settings.ts";

/** Runs one call. Throws UserError: `what` begins its sentence. */
export type UseEntry = <T>(id: string, what: string, call: (entry: KeyringEntry) => Promise<T>) => Promise<T>;

const SERVICE = "twinseed";
/** With HANG_UP_TIME no more than 15 s: nobody waits longer for a keyring. */
const PATIENCE: Patience = { noteAfter: 1000, giveUpAfter: 14_000 };
/** How long a call may take to notice that its connection was shut down: measured 6 ms. */
const HANG_UP_TIME = 1000;
/** How long the binding itself waits for a keyring that says nothing, while nothing else of ours runs. */
const ANSWER_TIME = 2000;

export function keyringEntries(deps: SeedStoreDeps, wanted?: Patience): UseEntry {
  const patience = wanted ?? deps.keyring?.patience ?? PATIENCE;
  const load = deps.keyring?.load ?? loadBinding;
  const connections = new Map<string, Connection<KeyringEntry>>();
  let loading: Promise<KeyringBinding> | undefined;
  const noted = new Set<string>();
  // After one call was given up, or not answered in the binding's own time, all others fail with it: nobody should
  // wait the same time for each account.
  let givenUp: Error | undefined;

  return async (id, what, call) => {
    checkId(id);
    loading ??= load();
    const { AsyncEntry } = await loading.catch(() => {
      throw noBindingError(what);
    });
    if (givenUp) throw givenUp;
    try {
      return await within(call(connectionTo(AsyncEntry, id).value), what);
    } catch (error) {
      const told = givenUp ?? keyringError(what, error);
      if (told instanceof SilentKeyring) givenUp = told;
      throw told;
    }
  };

  function connectionTo(AsyncEntry: KeyringBinding["AsyncEntry"], id: string): Connection<KeyringEntry> {
    const known = connections.get(id);
    if (known) return known;
    repairBusAddress(deps.env, deps.keyring?.runtimeFolder);
    const connect = () =>
      connecting(() => new AsyncEntry(SERVICE, id, { linux: { store: "secret-service" } }));
    const made = patience.giveUpAfter > 2 * ANSWER_TIME ? twice(connect) : connect();
    connections.set(id, made);
    return made;
  }

  /** A keyring that has just been started, on a busy computer, may be slower than the binding is patient. */
  function twice<T>(connect: () => T): T {
    try {
      return connect();
    } catch (error) {
      if (!(keyringError("", error) instanceof SilentKeyring)) throw error;
      note("waiting for the keyring to answer");
      return connect();
    }
  }

  async function within<T>(pending: Promise<T>, what: string): Promise<T> {
    const { noteAfter } = patience;
    const noting =
      noteAfter === undefined
        ? undefined
        : setTimeout(note, noteAfter, "waiting for the keyring to be unlocked");
    const ended = pending.then(
      () => true,
      () => true,
    );
    try {
      if (await Promise.race([ended, falseAfter(patience.giveUpAfter, ended)])) return await pending;
    } finally {
      clearTimeout(noting);
    }
    givenUp ??= tooSlowError(what, patience.giveUpAfter);
    for (const connection of connections.values()) await connection.hangUp();
    if (!(await Promise.race([ended, falseAfter(HANG_UP_TIME, ended)]))) deps.keyring?.onStuck?.();
    throw givenUp;
  }

  function note(text: string): void {
    if (noted.has(text) || deps.terminal() === undefined) return;
    noted.add(text);
    deps.note(text);
  }
}

/** The timer goes when `other` is there first, so that it keeps no process alive. */
function falseAfter(milliseconds: number, other: Promise<unknown>): Promise<false> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    void other.then(() => clearTimeout(timer));
  });
}
