/** What every seed store can do. One suite, test/seeds/contract.ts, holds all of them to it. */
import { ExitCode, UserError } from "../base/errors.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import type { StoreKind } from "../settings/config-file.ts";

/**
 * Seeds by account id. Each is kept as one otpauth URI with every parameter, so that a seed explains itself
 * when everything else is lost.
 */
export interface SeedStore {
  readonly kind: StoreKind;
  /**
   * Throws UserError: exit 6 where the store is locked or unreachable, NoSuchSeed where it answers that it has none (from
   * a keyring no proof that it is gone), exit 1 where this one entry is damaged or belongs to another id.
   */
  get(id: string): Promise<Enrollment>;
  /**
   * Says that all of these will be asked for, so that a store may get them in one go. Never throws: what is wrong is
   * for `get` to say.
   */
  prefetch?(ids: readonly string[]): Promise<void>;
  /** Stores, then reads back and compares. Never overwrites: an id that is taken by another seed throws. */
  put(id: string, enrollment: Enrollment): Promise<void>;
  /** `put` for many, in less time. `stored` is told how many are there. What was stored before an error stays. */
  putAll(
    seeds: readonly (readonly [id: string, enrollment: Enrollment])[],
    stored?: (count: number) => void,
  ): Promise<void>;
  /** Forgets for good. No such seed is no error. Only for seeds that arrived elsewhere or were purged by request. */
  delete(id: string): Promise<void>;
}

/** A store that is locked is locked for all seeds; what concerns one entry only is not this. */
export function isLocked(error: UserError): boolean {
  return error.exitCode === ExitCode.locked && !(error instanceof NoSuchSeed);
}

/** Concerns one seed only: the others may well be there. */
export class NoSuchSeed extends UserError {
  constructor(message: string, hints: readonly string[]) {
    super(message, ExitCode.locked, hints);
  }
}
