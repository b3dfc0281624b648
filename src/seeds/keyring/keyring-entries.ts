/** Calls the keyring. What is not answered at once, or fails, goes on in keep-trying.ts. */
import type { KeyringEntry } from "../../ports/os-keyring.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { checkId } from "../seed-text.ts";
import { connectionsOf } from "./connections.ts";
import type { Patience } from "./settings.ts";

/** Runs one call. Throws UserError whose message starts with `what`. */
export type UseEntry = <T>(id: string, what: string, call: (entry: KeyringEntry) => Promise<T>) => Promise<T>;

/** Milliseconds. What takes longer waits for a person, or for a busy computer. */
const QUICK = 1000;

export function keyringEntries(deps: SeedStoreDeps, wanted?: Patience): UseEntry {
  const patience = wanted ?? deps.keyring?.patience;
  const connections = connectionsOf(deps);
  let slowly: Promise<ReturnType<typeof import("./keep-trying.ts").keepTrying>> | undefined;

  return async <T>(id: string, what: string, call: (entry: KeyringEntry) => Promise<T>): Promise<T> => {
    checkId(id);
    const begin = async () => call(await connections.to(id));
    let begun: Promise<T> | undefined;
    if (slowly === undefined) {
      begun = begin();
      const answered = begun.then(
        () => true,
        () => false,
      );
      if (await Promise.race([answered, falseAfter(patience?.noteAfter ?? QUICK, answered)])) return begun;
    }
    slowly ??= import("./keep-trying.ts").then(({ keepTrying }) => keepTrying(deps, connections, patience));
    return (await slowly)(id, what, begin, begun);
  };
}

/** Clears the timer when `other` settles first, so that it does not keep the process alive. */
function falseAfter(milliseconds: number, other: Promise<unknown>): Promise<false> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    const clear = (): void => clearTimeout(timer);
    other.then(clear, clear);
  });
}
