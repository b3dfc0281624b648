/**
 * aws/<name>.json: the enrollments in progress, so that after a kill the next run recognizes a half-made device as its own.
 * It holds no secret.
 */

import { createHash } from "node:crypto";
import { isText, parseFields } from "../../base/untrusted-json.ts";
import type { Needs } from "../../world.ts";

const JOURNAL = "aws";

export interface Journal {
  /** Whether an enrollment of this device was begun and not finished. */
  readonly isUnfinished: boolean;
  begin(): void;
  end(): void;
}

/** The folder with the lock of an enrollment: enrollments of other devices run at the same time. */
export function lockOf(serial: string): string {
  return `${JOURNAL}/${idOf(serial)}`;
}

export function journalOf(serial: string, needs: Needs<"clock" | "folder">): Journal {
  const name = `${JOURNAL}/${idOf(serial)}.json`;
  return {
    isUnfinished: needs.folder.read(name) !== undefined,
    begin() {
      const startedAt = new Date(needs.clock.now()).toISOString();
      needs.folder.write(name, `${JSON.stringify({ version: 1, serial, startedAt }, null, 2)}\n`);
    },
    end: () => needs.folder.remove(name),
  };
}

/** Serials of all enrollments in progress. */
export function unfinishedSerials({ folder }: Needs<"folder">): string[] {
  return folder
    .list(JOURNAL)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const { serial } = parseFields(folder.read(`${JOURNAL}/${name}`) ?? "");
      return isText(serial) ? [serial] : [];
    });
}

function idOf(serial: string): string {
  return createHash("sha256").update(serial).digest("hex").slice(0, 16);
}
