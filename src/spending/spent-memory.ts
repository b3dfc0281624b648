/**
 * What this computer remembers of the codes that it has handed out: outside of the data folder, so that an older copy of that
 * can't bring them back. FORMAT.md specifies it. Where it can't be kept (no home directory, a read-only disk, a container that
 * starts empty), codes are handed out without it.
 */
import { ForeignFolder, UserError } from "../base/errors.ts";
import { nodeCrypto } from "../base/node-crypto.ts";
import { printable } from "../base/printable.ts";
import type { Reserved } from "../leases/lease.ts";
import { type LocalRecords, localRecords } from "../leases/local.ts";
import { quoted, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";

export type MemoryNeeds = Needs<"folder" | "stateFolder" | "clock" | "stderr">;

export interface SpentMemory {
  /** The last step or counter that was handed out under the key, from whichever data folder; undefined if none is remembered. */
  last(key: string): number | undefined;
  /** Whether it was handed out from this data folder. */
  isFromHere(key: string, step: number): boolean;
  /** Call it once they are recorded in the data folder, and before the code is shown. */
  remember(key: string, first: number, amount: number): Promise<Reserved>;
  /** See LocalRecords. */
  reservedAt(key: string, step: number): number | undefined;
  /** The folder of the key's records; undefined if nothing is remembered. */
  folderOf(key: string): string | undefined;
}

const ROOT = "spent";

const NO_MEMORY: SpentMemory = {
  last: () => undefined,
  isFromHere: () => false,
  remember: async () => ({ isOurs: true }),
  reservedAt: () => undefined,
  folderOf: () => undefined,
};

/** Data folders of this run for which that was said. */
const warned = new WeakSet<object>();

/** Never throws UserError. Warns if others can write to the place, where nothing is believed then. */
export async function openMemory(needs: MemoryNeeds): Promise<SpentMemory> {
  try {
    const state = await needs.stateFolder();
    const from = hashOf(needs.folder.path);
    const records = localRecords(state, needs.clock.now, ROOT, { folder: from });
    const isFrom = (name: string) => state.read(name)?.includes(`"folder":"${from}"`) ?? false;
    return memoryIn(records, state.path, isFrom);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error instanceof ForeignFolder && !warned.has(needs.folder))
      warn(needs, `spent codes are not remembered: ${error.message}: ${error.hints[0]}`);
    warned.add(needs.folder);
    return NO_MEMORY;
  }
}

function memoryIn(
  records: LocalRecords,
  statePath: string,
  isFromHere: (name: string) => boolean,
): SpentMemory {
  const last = (key: string): number | undefined => orNothing(() => records.lastOf(key));
  return {
    last,
    isFromHere: (key, step) => orNothing(() => isFromHere(`${ROOT}/${key}/${step}`)) ?? false,
    async remember(key, first, amount) {
      try {
        return await records.reserve({ key, first, amount, sweepBelow: first });
      } catch (error) {
        if (!(error instanceof UserError)) throw error; // such as a full or read-only disk
        return { isOurs: true };
      }
    },
    reservedAt: (key, step) => orNothing(() => records.reservedAt(key, step)),
    folderOf: (key) => (last(key) === undefined ? undefined : `${statePath}/${ROOT}/${key}`),
  };
}

/**
 * This computer's records, in the data folder and in its memory: what either of them has is spent. Warns once if the data
 * folder's have gone back.
 */
export async function rememberedRecords(name: string, needs: MemoryNeeds): Promise<LocalRecords> {
  const records = localRecords(needs.folder, needs.clock.now);
  const memory = await openMemory(needs);
  let isSaid = false;

  function lastOf(key: string): number | undefined {
    // In this order: what another process remembers is recorded by then, and what it records in between is no older folder.
    const spent = memory.last(key) ?? -1;
    const here = records.lastOf(key) ?? -1;
    if (spent > here && !isSaid && memory.isFromHere(key, spent)) {
      isSaid = true;
      const what = `it has no record of the last code of ${quoted(name)} that was handed out here, which stays spent`;
      warn(needs, olderFolder(what, needs));
    }
    const last = Math.max(here, spent);
    return last < 0 ? undefined : last;
  }

  return {
    ...records,
    lastOf,
    last: async (key) => lastOf(key),
    async reserve(wanted) {
      const { key, first, amount } = wanted;
      const spent = memory.last(key);
      if (spent !== undefined && spent >= first) return { isOurs: false, last: spent };
      const reserved = await records.reserve(wanted);
      // A process with another data folder, and the same seed, may have been faster.
      return reserved.isOurs ? memory.remember(key, first, amount) : reserved;
    },
    reservedAt: (key, step) => records.reservedAt(key, step) ?? memory.reservedAt(key, step),
    forget(key, last) {
      const remembered = memory.folderOf(key);
      return `${records.forget(key, last)}${remembered === undefined ? "" : ` and the folder ${remembered}`}`;
    },
  };
}

/** A sentence: what was seen, and what to do. */
export function olderFolder(what: string, { folder }: Needs<"folder">): string {
  return `the data folder went back: ${what}; if you did not put an older copy back, look at who can write to "${printable(folder.path, 400)}"`;
}

function hashOf(path: string): string {
  return nodeCrypto().createHash("sha256").update(path).digest("hex").slice(0, 32);
}

/** undefined if it can't be read. */
function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
