/** Stores and deletes seeds in the keyring. Loaded when needed. */
import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { SeedStoreDeps } from "../needs.ts";
import type { SeedStore } from "../seed-store.ts";
import { enrollmentOf, isSame, takenError, textOf } from "../seed-text.ts";
import type { UseEntry } from "./keyring-entries.ts";
import { keyringWriter } from "./keyring-writes.ts";
import { providerNow } from "./own-keyring.ts";

export type SeedWriter = Pick<SeedStore, "put" | "delete">;

/** How the store reads. */
interface Reading {
  readonly use: UseEntry;
  read(id: string): Promise<string | null>;
  /** The account, for messages. */
  nameOf(id: string): string;
  absent(id: string, isEmpty: boolean): Promise<UserError>;
}

const LONGEST_LABEL = 100;
/** In place of an entry that is no text at all. */
const DAMAGED = "damaged";

export function seedWriter(deps: SeedStoreDeps, { use, read, nameOf, absent }: Reading): SeedWriter {
  let provider: Promise<string | undefined> | undefined;
  const writer = keyringWriter(deps, use, () => {
    provider ??= providerNow(deps);
    return provider;
  });
  return {
    async put(id, enrollment, { overDamaged = false } = {}) {
      const text = textOf(id, enrollment);
      const older = await read(id).catch((error: unknown) => {
        if (overDamaged && error instanceof UserError && error.exitCode === ExitCode.failed) return DAMAGED;
        throw error;
      });
      if (older === "") throw await absent(id, true);
      if (older !== null) {
        const kept = attempt(() => enrollmentOf(older, `the keyring entry of ${nameOf(id)}`));
        if (!(kept instanceof UserError)) {
          if (isSame(kept, enrollment)) return;
          throw takenError(id);
        }
        if (!overDamaged) throw kept;
      }
      const label = printable(
        [enrollment.issuer, enrollment.label].filter(Boolean).join(", "),
        LONGEST_LABEL,
      );
      await writer.store(id, text, { what: "can't store a seed in the keyring", label });
    },

    delete: (id) => writer.delete(id),
  };
}
