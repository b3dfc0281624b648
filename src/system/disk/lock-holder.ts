/**
 * Records who holds a lock, so that a killed holder is detected at once instead of after three seconds of silence. The record is
 * a file in the lock's folder, and all its information is in its name. So it can't be half-written, it belongs to this lock and
 * not to a later one at the same path, and no process removes another's record by mistake.
 *
 * Only a holder that has certainly ended is reported; in all other cases the three seconds apply:
 * - a process id is only meaningful within one pid namespace (not one host: containers share a host) and one boot;
 * - a computer that was cloned while running has the same boot id as its clone, so only file systems that belong to a single
 *   computer qualify;
 * - a process id that is in use, by any process, or whose state is unknown does not count as ended.
 */
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "./disk-error.ts";

/** ext2 to ext4, XFS, Btrfs, F2FS, ZFS, tmpfs, overlay: the type numbers from statfs(2). */
const LOCAL_FILE_SYSTEMS = [0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994, 0x794c7630];

/** Boot id, pid namespace, pid. */
const RECORD = /^[0-9a-f-]{36}\.\d+\.[1-9]\d{0,9}$/;

/** Records that `lock`, a folder that we have just made, is ours. Returns the name of the record if it could be made. */
export function recordHolder(lock: string): string | undefined {
  const scope = pidScope(lock);
  if (scope === undefined) return undefined;
  const record = `${scope}.${process.pid}`;
  try {
    closeSync(openSync(join(lock, record), "wx", 0o600));
    return record;
  } catch {
    return undefined; // then the three seconds apply
  }
}

/** Whether the process that made `lock` has certainly ended. */
export function isHolderGone(lock: string): boolean {
  const scope = pidScope(lock);
  if (scope === undefined) return false;
  const [record, ...others] = recordsIn(lock);
  if (record === undefined || others.length > 0 || !record.startsWith(`${scope}.`)) return false;
  return !isInUse(Number(record.slice(scope.length + 1)));
}

/** The records in a lock's folder, without any other files in it; none if the lock is not a folder. */
export function recordsIn(lock: string): string[] {
  try {
    if (!lstatSync(lock).isDirectory()) return [];
    return readdirSync(lock).filter((name) => RECORD.test(name));
  } catch {
    return [];
  }
}

/** Identifies the set of processes in which a process id is unique; undefined if there is no such set. */
function pidScope(lock: string): string | undefined {
  try {
    if (!LOCAL_FILE_SYSTEMS.includes(statfsSync(lock).type)) return undefined;
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
