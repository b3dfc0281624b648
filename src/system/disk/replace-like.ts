/** Replaces a file by one for the same people: the mode and the owner stay. */
import { chmodSync, chownSync, renameSync, rmSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { createAtomic, syncFolder, TEMPORARY } from "./atomic-file.ts";

export function replaceLike(older: Stats, path: string, content: string | Uint8Array): void {
  const made = join(dirname(path), `${TEMPORARY}${process.pid.toString(36)}-${Date.now().toString(36)}`);
  createAtomic(made, content);
  try {
    makeLike(older, made);
    renameSync(made, path);
  } finally {
    rmSync(made, { force: true });
  }
  syncFolder(dirname(path));
}

/** If we may not give the file to the same group, others must not read it: they would be different people. */
function makeLike({ uid, gid, mode }: Stats, path: string): void {
  let bits = mode & 0o777;
  try {
    const own = statSync(path);
    if (own.uid !== uid || own.gid !== gid) chownSync(path, uid, gid);
  } catch {
    bits &= 0o700;
  }
  chmodSync(path, bits);
}
