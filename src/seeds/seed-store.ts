/** What every seed store can do. One suite, test/seeds/contract.ts, tests all of them. */
import { ExitCode, UserError } from "../base/errors.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import type { StoreKind } from "../settings/config-file.ts";

/**
 * Seeds by account id. Each is stored as one otpauth URI with every parameter, so that the seed alone is enough when
 * everything else is lost.
 */
export interface SeedStore {
  readonly kind: StoreKind;
  /**
   * Throws UserError: exit 6 if the store is locked or unreachable, NoSuchSeed if it answers that there is no such seed (which
   * from a keyring does not prove that the seed is gone), exit 1 if this entry is damaged or belongs to another id.
   */
  get(id: string): Promise<Enrollment>;
  /**
   * Announces that the caller will get all of these, so that the store can fetch them at once. Never throws: `get` reports
   * what is wrong.
   */
  prefetch?(ids: readonly string[]): Promise<void>;
  /**
   * Stores, then reads back and compares. Never overwrites: throws if the id is taken by another seed. `overDamaged`: what
   * stands there may be replaced if it is no seed at all.
   */
  put(id: string, enrollment: Enrollment, options?: { readonly overDamaged?: boolean }): Promise<void>;
  /** Like `put` for many, but faster. Calls `stored` with the number stored so far. Seeds stored before an error remain. */
  putAll(
    seeds: readonly (readonly [id: string, enrollment: Enrollment])[],
    stored?: (count: number) => void,
  ): Promise<void>;
  /** Deletes permanently. A missing seed is no error. Only for seeds that were moved elsewhere, or that the user purges. */
  delete(id: string): Promise<void>;
}

/** Whether the whole store is locked, as opposed to a problem with one seed. */
export function isLocked(error: UserError): boolean {
  return error.exitCode === ExitCode.locked && !(error instanceof NoSuchSeed);
}

/** Only this one seed is missing, or can't be opened with our keys: the store may have the others. */
export class NoSuchSeed extends UserError {
  constructor(message: string, hints: readonly string[]) {
    super(message, ExitCode.locked, hints);
  }
}

/** It is there, sealed with a data key that ours do not open: nothing can be stored in its place. */
export class OtherKey extends NoSuchSeed {}
