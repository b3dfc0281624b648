/** The engine in memory: the contract in its shortest form. */
import type { Lease } from "../../src/leases/lease.ts";

/** `lasts`: what the engine knows, by key. */
export function memoryLease(lasts: Map<string, number>): Lease {
  return {
    now: async () => undefined,
    last: async (key) => lasts.get(key),
    async reserve({ key, first, amount }) {
      const last = lasts.get(key) ?? -1;
      if (last >= first) return { isOurs: false, last };
      lasts.set(key, first + amount - 1);
      return { isOurs: true };
    },
    check: async () => {},
    forget: (key) => `forget ${key}`,
    close: async () => {},
  };
}
