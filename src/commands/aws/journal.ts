/**
 * aws/<name>.json: which enrolments are under way, so that after a kill the next one knows a half-made device for its own.
 * No secret in it.
 */
import { createHash } from "node:crypto";
import type { World } from "../../world.ts";

export const JOURNAL = "aws";

export interface Journal {
  /** Whether one of this device was begun and not finished. */
  readonly isBegun: boolean;
  begin(): void;
  end(): void;
}

export function journalOf(serial: string, ctx: World): Journal {
  const name = `${JOURNAL}/${createHash("sha256").update(serial).digest("hex").slice(0, 16)}.json`;
  return {
    isBegun: ctx.folder.read(name) !== undefined,
    begin() {
      const startedAt = new Date(ctx.clock.now()).toISOString();
      ctx.folder.write(name, `${JSON.stringify({ version: 1, serial, startedAt }, null, 2)}\n`);
    },
    end: () => ctx.folder.remove(name),
  };
}
