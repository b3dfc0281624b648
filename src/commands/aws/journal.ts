/**
 * aws/<name>.json: which enrollments are under way, so that after a kill the next one knows a half-made device for its own.
 * No secret in it.
 */

import { createHash } from "node:crypto";
import type { Needs } from "../../world.ts";

export const JOURNAL = "aws";

export interface Journal {
  /** Whether one of this device was begun and not finished. */
  readonly isBegun: boolean;
  begin(): void;
  end(): void;
}

export function journalOf(serial: string, needs: Needs<"clock" | "folder">): Journal {
  const name = `${JOURNAL}/${createHash("sha256").update(serial).digest("hex").slice(0, 16)}.json`;
  return {
    isBegun: needs.folder.read(name) !== undefined,
    begin() {
      const startedAt = new Date(needs.clock.now()).toISOString();
      needs.folder.write(name, `${JSON.stringify({ version: 1, serial, startedAt }, null, 2)}\n`);
    },
    end: () => needs.folder.remove(name),
  };
}
