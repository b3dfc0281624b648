/**
 * A call of the keyring that was not answered at once, or failed: waits for a person to unlock it, connects again where that
 * helps, explains errors, and bounds every wait. Loaded when needed.
 */
import type { SeedStoreDeps } from "../needs.ts";
import type { Connections } from "./connections.ts";
import {
  BadExchange,
  keyringError,
  LockedKeyring,
  NotText,
  tooSlowError,
  UnresponsiveKeyring,
} from "./keyring-errors.ts";
import type { Patience } from "./settings.ts";
import { patienceOf, quietNotes, WAITING } from "./waiting.ts";

/** `begun`: the call, where it is under way. */
export type Slowly = <T>(id: string, what: string, begin: () => Promise<T>, begun?: Promise<T>) => Promise<T>;

/** How long a call may take to notice that its connection was shut down; measured: 6 ms. */
const HANG_UP_TIME = 1000;
/** How long the binding itself waits for a keyring that does not answer. */
const ANSWER_TIME = 2000;
/** KWallet up to 5.103 gets 1.2 % of its key exchanges wrong (KDE bug 514194): eight in a row are one call in 10^15. */
const MOST_EXCHANGES = 8;
/** With wrong keys, one text in 256 seems to be decrypted, and is no text. */
const MOST_READINGS = 3;

export function keepTrying(deps: SeedStoreDeps, connections: Connections, wanted?: Patience): Slowly {
  const note = quietNotes(deps);
  /** Once a person refused, or was waited for in vain: no one is to answer, or to wait, again for each account. */
  let givenUp: ((what: string) => Error) | undefined;

  return async (id, what, begin, begun) => {
    if (givenUp) throw givenUp(what);
    const { noteAfter, giveUpAfter } = patienceOf(deps, wanted);
    const noting = noteAfter === undefined ? undefined : setTimeout(note, begun ? 0 : noteAfter, WAITING);
    try {
      for (let tries = 1; ; tries++) {
        const pending = tries === 1 && begun ? begun : begin();
        const outcome = await outcomeOf(pending, giveUpAfter);
        if (outcome === "too slow") {
          givenUp = (about) => tooSlowError(about, giveUpAfter);
          await cutOff(pending);
          throw givenUp(what);
        }
        if ("value" in outcome) return outcome.value;
        const error = keyringError(what, outcome.error);
        connections.drop(id); // what failed once is not used again
        if (error instanceof BadExchange && tries < MOST_EXCHANGES) continue;
        if (error instanceof NotText && tries < MOST_READINGS) continue;
        if (error instanceof UnresponsiveKeyring && (await isWorthAnother(tries, giveUpAfter))) continue;
        if (error instanceof UnresponsiveKeyring || error instanceof LockedKeyring)
          givenUp = (about) => keyringError(about, outcome.error);
        throw error;
      }
    } finally {
      clearTimeout(noting);
    }
  };

  /**
   * After the binding's own time was over: KeePassXC answers only when its window was answered. On a busy computer, a keyring
   * that was just started may take as long.
   */
  async function isWorthAnother(tries: number, giveUpAfter: number): Promise<boolean> {
    if (tries * ANSWER_TIME >= giveUpAfter) return false;
    const service = deps.keyring?.service;
    const state = await service?.state();
    if (service === undefined || state === undefined) {
      note("waiting for the keyring to answer");
      return tries === 1;
    }
    note(WAITING);
    return state.collection !== "locked" || (await service.unlock(giveUpAfter)) === "open";
  }

  async function cutOff(pending: Promise<unknown>): Promise<void> {
    await connections.hangUp();
    if ((await outcomeOf(pending, HANG_UP_TIME)) === "too slow") deps.keyring?.onStuck?.();
  }
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown } | "too slow";

function outcomeOf<T>(pending: Promise<T>, milliseconds: number): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, "too slow");
    pending
      .then(
        (value) => resolve({ value }),
        (error: unknown) => resolve({ error }),
      )
      .finally(() => clearTimeout(timer));
  });
}
