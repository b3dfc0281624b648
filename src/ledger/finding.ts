/** What `audit` can find, and what it is asked for. Pure. */

/** The worst first: the order of the report. */
export const FINDING_KINDS = [
  "unreadable",
  "unknown-device",
  "no-entry",
  "no-copy",
  "no-seed",
  "lost-device",
  "two-seeds",
  "dead-copy",
  "one-device",
  "unconfirmed",
  "retired-device",
  "stale",
  "future-date",
  "backup-behind",
  "backup-unverified",
] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

/** The findings that mean that the ledger could not be read completely: then nothing that audit says is the whole truth. */
export const INCOMPLETE: readonly FindingKind[] = ["unreadable", "unknown-device", "no-entry"];

/** Arguments of the twinseed command that fixes it. A word in capitals is a placeholder that the user fills in. */
export type Fix = readonly string[];

export interface Finding {
  readonly kind: FindingKind;
  readonly message: string;
  readonly fix: Fix;
  /** The same about several accounts, which one command fixes. */
  readonly together?: Together;
}

export interface Together {
  /** Follows the number of accounts: "are only on this computer". Equal for findings that belong together. */
  readonly are: string;
  /** Each of these fixes all of them. `ids` are those of the accounts. */
  fixes(ids: readonly string[]): readonly Fix[];
}

export interface AuditOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A copy that has not been confirmed for more days than this is stale. */
  readonly staleDays: number;
  readonly minCopies: number;
  /** The id of the device that this computer is. */
  readonly here?: string;
  /** The ids of accounts whose seeds are gone from this computer's store. */
  readonly gone?: ReadonlySet<string>;
  /** How many seeds are there that no account has. */
  readonly strays?: number;
}

export const DEFAULT_AUDIT = { staleDays: 180, minCopies: 2 } as const;
