/**
 * Who holds a lock, so that a holder that was killed is known at once, and not after three seconds of silence: a file in the
 * lock's folder, whose name says it all. So it can't be half-written, belongs to this lock and to no later one of the same
 * path, and nobody removes another's by mistake.
 *
 * Only what is certain counts, anything else leaves the three seconds as they are:
 * - the number of a process means something within one pid namespace (not: one host, as containers share it) of one boot;
 * - a computer that was cloned while it ran has the boot id of its twin: only file systems that belong to one computer;
 * - a number that is in use, by whatever process, or of which nothing can be said, is no dead one.
 */
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "./disk-error.ts";

/** ext2 to ext4, XFS, Btrfs, F2FS, ZFS, tmpfs, overlay: as statfs(2) numbers them. */
const OF_ONE_COMPUTER = [0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994, 0x794c7630];

/** Boot id, pid namespace, pid. */
const RECORD = /^[0-9a-f-]{36}\.\d+\.[1-9]\d{0,9}$/;

/** Writes down that `lock`, a folder that we have just made, is ours. Gives the name of the record, if there is one. */
export function recordHolder(lock: string): string | undefined {
  const here = processesOf(lock);
  if (here === undefined) return undefined;
  const record = `${here}.${process.pid}`;
  try {
    closeSync(openSync(join(lock, record), "wx", 0o600));
    return record;
  } catch {
    return undefined; // three seconds, then
  }
}

/** Whether the process that made `lock` has certainly ended. */
export function isHolderGone(lock: string): boolean {
  const here = processesOf(lock);
  if (here === undefined) return false;
  const [record, ...others] = recordsIn(lock);
  if (record === undefined || others.length > 0 || !record.startsWith(`${here}.`)) return false;
  return !isInUse(Number(record.slice(here.length + 1)));
}

/** The records in the folder of a lock, and nothing that others have put there or made of it. */
export function recordsIn(lock: string): string[] {
  try {
    if (!lstatSync(lock).isDirectory()) return [];
    return readdirSync(lock).filter((name) => RECORD.test(name));
  } catch {
    return [];
  }
}

/** The name of all processes among which a number means one; undefined where there is no such thing. */
function processesOf(lock: string): string | undefined {
  try {
    if (!OF_ONE_COMPUTER.includes(statfsSync(lock).type)) return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const namespace = /^pid:\[(\d+)\]$/.exec(readlinkSync("/proc/self/ns/pid"))?.[1];
    return namespace === undefined ? undefined : `${boot}.${namespace}`;
  } catch {
    return undefined;
  }
}

function isInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}
