/** Calls the keyring: loads the binding on first use, keeps one entry per id, explains errors, and bounds every wait. */
import type { Connection, KeyringBinding, KeyringEntry, SessionBus } from "../../ports/os-keyring.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { checkId } from "../seed-text.ts";
import type { Patience } from "./settings.ts";

/** Runs one call. Throws UserError whose message starts with `what`. */
export type UseEntry = <T>(id: string, what: string, call: (entry: KeyringEntry) => Promise<T>) => Promise<T>;

const SERVICE = "twinseed";
/** Plus HANG_UP_TIME: at most 15 s in total. */
const PATIENCE: Patience = { noteAfter: 1000, giveUpAfter: 14_000 };
/** How long a call may take to notice that its connection was shut down; measured: 6 ms. */
const HANG_UP_TIME = 1000;
/** What the binding says then. */
const NO_ANSWER = /Did not receive a reply/;
/** How long the binding itself waits for a keyring that does not answer, blocking our process. */
const ANSWER_TIME = 2000;

/** Used if there is no session bus: nothing to repair, and no socket to shut down. */
const NO_BUS: SessionBus = {
  repairAddress() {},
  connecting: (connect) => ({ value: connect(), hangUp: async () => false }),
};

export function keyringEntries(deps: SeedStoreDeps, wanted?: Patience): UseEntry {
  const patience = wanted ?? deps.keyring?.patience ?? PATIENCE;
  const bus = deps.keyring?.bus ?? NO_BUS;
  const connections = new Map<string, Connection<KeyringEntry>>();
  let loading: Promise<KeyringBinding> | undefined;
  const noted = new Set<string>();
  // Once a call was given up, or the binding timed out, all other calls fail with the same error: the user should not have
  // to wait that long for each account.
  let givenUp: Error | undefined;

  return async (id, what, call) => {
    checkId(id);
    loading ??= deps.keyring?.load?.() ?? Promise.reject(new Error("no binding"));
    const { AsyncEntry } = await loading.catch(async () => {
      throw (await errors()).noBindingError(what);
    });
    if (givenUp) throw givenUp;
    try {
      return await withTimeout(call(connectionTo(AsyncEntry, id).value), what);
    } catch (error) {
      const { keyringError, UnresponsiveKeyring } = await errors();
      const failure = givenUp ?? keyringError(what, error);
      if (failure instanceof UnresponsiveKeyring) givenUp = failure;
      throw failure;
    }
  };

  function connectionTo(AsyncEntry: KeyringBinding["AsyncEntry"], id: string): Connection<KeyringEntry> {
    const known = connections.get(id);
    if (known) return known;
    bus.repairAddress();
    const connect = () =>
      bus.connecting(() => new AsyncEntry(SERVICE, id, { linux: { store: "secret-service" } }));
    const made = patience.giveUpAfter > 2 * ANSWER_TIME ? retryOnce(connect) : connect();
    connections.set(id, made);
    return made;
  }

  /** On a busy computer, a keyring that was just started may take longer than the binding waits. */
  function retryOnce<T>(connect: () => T): T {
    try {
      return connect();
    } catch (error) {
      if (!(error instanceof Error && NO_ANSWER.test(error.message))) throw error;
      note("waiting for the keyring to answer");
      return connect();
    }
  }

  async function withTimeout<T>(pending: Promise<T>, what: string): Promise<T> {
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
    givenUp ??= (await errors()).tooSlowError(what, patience.giveUpAfter);
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

/** Only what goes wrong needs to be explained. */
const errors = () => import("./keyring-errors.ts");

/** Clears the timer when `other` settles first, so that it does not keep the process alive. */
function falseAfter(milliseconds: number, other: Promise<unknown>): Promise<false> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    void other.then(() => clearTimeout(timer));
  });
}
