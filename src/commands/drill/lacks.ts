/** What a drill found missing, though the backup opened. Pure. */
import type { BackupEntry, ReadBackup } from "../../backup/backup-content.ts";
import type { Account } from "../../ledger/account.ts";
import type { Coverage, KnownBackup } from "../../ledger/drills.ts";
import { count, quoted } from "../../talk/say.ts";

export interface Lack {
  readonly kind: "account" | "changed" | "unreadable" | "newer-backup" | "foreign-page";
  readonly message: string;
  /** Worth saying, but no fault. */
  readonly isHarmless?: true;
}

const MOST_NAMED = 5;

export function lacksOf(
  { content, faults, isInForeignPage }: ReadBackup & { readonly isInForeignPage: boolean },
  { missing, changed }: Coverage<BackupEntry>,
  newest: KnownBackup | undefined,
): Lack[] {
  const isPart = content.devices.some(({ id, part }) => id === content.device && part !== undefined);
  const isOlder = newest !== undefined && Date.parse(newest.writtenAt) > Date.parse(content.createdAt);
  return [
    ...(missing.length === 0 ? [] : [absent(missing, isPart)]),
    ...(changed.length === 0
      ? []
      : [{ kind: "changed" as const, message: `the backup has another seed for ${named(changed)}` }]),
    ...faults.map((fault) => ({ kind: "unreadable" as const, message: `in the backup, ${fault}` })),
    ...(isInForeignPage
      ? [{ kind: "foreign-page" as const, message: "the page is not one that this twinseed knows" }]
      : []),
    ...(isOlder
      ? [
          {
            kind: "newer-backup" as const,
            message: `there is a newer backup, ${quoted(newest.device.name)} of ${newest.writtenAt.slice(0, 10)}: try that one, too`,
            isHarmless: true as const,
          },
        ]
      : []),
  ];
}

function absent(missing: readonly Account[], isPart: boolean): Lack {
  const message = `the backup does not have ${named(missing)}`;
  return isPart
    ? { kind: "account", message: `${message}: it was made for chosen accounts`, isHarmless: true }
    : { kind: "account", message };
}

function named(accounts: readonly Account[]): string {
  const names = accounts.slice(0, MOST_NAMED).map(({ name }) => quoted(name));
  const more = accounts.length - names.length;
  return `${names.join(", ")}${more > 0 ? `, and ${count(more, "other account")}` : ""}`;
}
