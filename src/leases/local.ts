/**
 * The records of this computer: create-only files steps/<key>/<step>, specified in ../ledger/FORMAT.md.
 * No lock: of all who create a file exactly one succeeds, and who then finds a later one than its own came too late.
 */
import type { DataFolder } from "../ports/data-folder.ts";
import type { Lease, Reservation } from "./lease.ts";

export interface LocalRecords extends Lease {
  /** When the step was reserved, by the clock of this computer: milliseconds since 1970. */
  reservedAt(key: string, step: number): number | undefined;
}

export function localRecords(folder: DataFolder, now: () => number): LocalRecords {
  const steps = (key: string): number[] =>
    folder.list(`steps/${key}`).flatMap((name) => (/^\d{1,16}$/.test(name) ? [Number(name)] : []));
  const lastOf = (key: string): number | undefined => {
    const all = steps(key);
    return all.length === 0 ? undefined : Math.max(...all);
  };

  function take({ key, first, amount }: Reservation): boolean {
    const content = `${JSON.stringify({ version: 1, reservedAt: new Date(now()).toISOString() })}\n`;
    for (let step = first; step < first + amount; step++)
      if (!folder.create(`steps/${key}/${step}`, content)) return false;
    return true;
  }

  return {
    now: async () => undefined,
    last: async (key) => lastOf(key),
    async reserve(wanted) {
      const { key, first, amount, sweepBelow } = wanted;
      const end = first + amount - 1;
      const before = lastOf(key);
      if (before !== undefined && before >= first) return { isOurs: false, last: before };
      const isTaken = !take(wanted);
      // A later one may have been handed out between our look and our record: ours would come after it.
      const last = lastOf(key) ?? end;
      if (isTaken || last > end) return { isOurs: false, last };
      for (const step of steps(key))
        if (step < sweepBelow && step < first) folder.remove(`steps/${key}/${step}`);
      return { isOurs: true };
    },
    reservedAt(key, step) {
      const text = folder.read(`steps/${key}/${step}`);
      const time = Date.parse(/"reservedAt":\s*"([^"]*)"/.exec(text ?? "")?.[1] ?? "");
      return Number.isNaN(time) ? undefined : time;
    },
    check: async () => {},
    forget: (key) => `remove the folder ${folder.path}/steps/${key}`,
    close: async () => {},
  };
}
