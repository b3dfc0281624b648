/** What `audit` can find, and what it is asked for. Pure. */

/** The worst first: the order of the report. */
export const FINDING_KINDS = [
  "no-copy",
  "lost-device",
  "two-seeds",
  "dead-copy",
  "one-device",
  "unconfirmed",
  "retired-device",
  "stale",
  "backup-behind",
  "backup-unverified",
] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly message: string;
  /** Arguments of the twinseed command that fixes it. A word in capitals is a placeholder that the user fills in. */
  readonly fix: readonly string[];
}

export interface AuditOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A copy that has not been confirmed for more days than this is stale. */
  readonly staleDays: number;
  readonly minCopies: number;
  /** The id of the device that this computer is. */
  readonly here?: string;
}

export const DEFAULT_AUDIT = { staleDays: 180, minCopies: 2 } as const;
