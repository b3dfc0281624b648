/** The backup in a recovery page, and whether the viewer around it is one of ours. */
import { partsOf } from "../backup/page-file.ts";
import { sha256 } from "../base/node-crypto.ts";
import { note, quoted, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";

/** SHA-256 of the viewers of earlier releases: a page that is kept for years is not called changed. */
const RELEASED_VIEWERS: readonly string[] = [];

export async function viewer(): Promise<string> {
  return (await import("../page/viewer.html")).default;
}

export interface FoundBackup {
  readonly bytes: Uint8Array;
  /** It stood in a page whose viewer is none that we know: it may have been changed by someone who wants the passphrase. */
  readonly isInForeignPage: boolean;
}

/** The age file in a page, or the file itself if it is none. Says if the viewer around it is not one that we know. */
export async function backupIn(
  file: string,
  bytes: Uint8Array,
  needs: Needs<"stderr">,
): Promise<FoundBackup> {
  const parts = partsOf(bytes);
  if (parts === undefined) return { bytes, isInForeignPage: false };
  const hash = sha256(parts.viewer);
  const isKnown = parts.viewer === (await viewer()) || RELEASED_VIEWERS.includes(hash);
  if (!isKnown) {
    warn(
      needs,
      `the viewer in ${quoted(file)} is not one that this twinseed knows: a newer release wrote it, or someone changed it (SHA-256 ${hash})`,
    );
    note(
      needs,
      "hint: type nothing into that page unless this hash is published; write a new one: twinseed backup create FILE.html --page",
    );
  }
  return { bytes: Buffer.from(parts.armored, "latin1"), isInForeignPage: !isKnown };
}
