/** The connections to the keyring: loads the binding on first use, and keeps one entry per id, as each has a socket of its own. */
import type { Connection, KeyringBinding, KeyringEntry, SessionBus } from "../../ports/os-keyring.ts";
import type { SeedStoreDeps } from "../needs.ts";

/** The connections of one run, one for each id. */
export interface Connections {
  /** Connects, unless it is connected. Throws the binding's errors. */
  to(id: string): Promise<KeyringEntry>;
  /** Hangs up on this id, so that the next call connects again. */
  drop(id: string): void;
  /** Hangs up on all, so that calls that wait come back. */
  hangUp(): Promise<void>;
}

export const SERVICE = "twinseed";
/** Used if there is no session bus: nothing to repair, and no socket to shut down. */
const NO_BUS: SessionBus = {
  repairAddress() {},
  connecting: (connect) => ({ value: connect(), hangUp: async () => false }),
};

export function connectionsOf({ keyring }: SeedStoreDeps): Connections {
  const bus = keyring?.bus ?? NO_BUS;
  const open = new Map<string, Connection<KeyringEntry>>();
  let loading: Promise<KeyringBinding> | undefined;
  return {
    async to(id) {
      loading ??= keyring?.load?.() ?? Promise.reject(new Error("Cannot find native binding."));
      const { AsyncEntry } = await loading;
      const known = open.get(id);
      if (known) return known.value;
      bus.repairAddress();
      const made = bus.connecting(() => new AsyncEntry(SERVICE, id, { linux: { store: "secret-service" } }));
      open.set(id, made);
      return made.value;
    },
    drop(id) {
      void open.get(id)?.hangUp();
      open.delete(id);
    },
    async hangUp() {
      for (const connection of open.values()) await connection.hangUp();
    },
  };
}
