/**
 * This computer's records: create-only files steps/<key>/<step>, specified in ../ledger/FORMAT.md, and the same again in the
 * state folder (../spending/FORMAT.md).
 * There is no lock: of all processes that create a file exactly one succeeds; if that one then finds a later step than its
 * own, it was too late.
 */
import type { DataFolder } from "../ports/data-folder.ts";
import { isStep, type Lease, type Reservation } from "./lease.ts";

export interface LocalRecords extends Lease {
  /** See Lease.last. */
  lastOf(key: string): number | undefined;
  /** When the step was reserved, by this computer's clock, in milliseconds since 1970. */
  reservedAt(key: string, step: number): number | undefined;
}

/** `root`: the folder of all records. `more`: what else is noted in each. */
export function localRecords(
  folder: DataFolder,
  now: () => number,
  root = "steps",
  more: Readonly<Record<string, string>> = {},
): LocalRecords {
  const steps = (key: string): number[] =>
    folder
      .list(`${root}/${key}`)
      .flatMap((name) => (/^\d{1,16}$/.test(name) ? [Number(name)] : []))
      .filter(isStep);
  const lastOf = (key: string): number | undefined => {
    const all = steps(key);
    return all.length === 0 ? undefined : Math.max(...all);
  };

  function createRecords({ key, first, amount }: Reservation): boolean {
    const content = `${JSON.stringify({ version: 1, reservedAt: new Date(now()).toISOString(), ...more })}\n`;
    for (let step = first; step < first + amount; step++)
      if (!folder.create(`${root}/${key}/${step}`, content)) return false;
    return true;
  }

  return {
    now: async () => undefined,
    lastOf,
    last: async (key) => lastOf(key),
    async reserve(wanted) {
      const { key, first, amount, sweepBelow } = wanted;
      const end = first + amount - 1;
      const before = lastOf(key);
      if (before !== undefined && before >= first) return { isOurs: false, last: before };
      const isTaken = !createRecords(wanted);
      // A later step may have been reserved after we checked and before we created ours: then ours is out of order.
      const last = lastOf(key) ?? end;
      if (isTaken || last > end) return { isOurs: false, last };
      for (const step of steps(key))
        if (step < sweepBelow && step < first) folder.remove(`${root}/${key}/${step}`);
      return { isOurs: true };
    },
    reservedAt(key, step) {
      const text = folder.read(`${root}/${key}/${step}`);
      const time = Date.parse(/"reservedAt":\s*"([^"]*)"/.exec(text ?? "")?.[1] ?? "");
      return Number.isNaN(time) ? undefined : time;
    },
    check: async () => {},
    forget: (key) => `remove the folder ${folder.path}/${root}/${key}`,
    close: async () => {},
  };
}
