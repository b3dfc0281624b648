/** What a backup is worth, account by account. */
import { describe, expect, it } from "vitest";
import type { BackupContent } from "../../src/backup/backup-content.ts";
import { compareBackup } from "../../src/backup/compare.ts";
import type { Account } from "../../src/ledger/account.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { aws, github } from "../helpers/accounts.ts";

const at = "2026-01-31T12:00:00.000Z";
const now = Date.parse(at);

function account({ issuer, label, otp, secret }: Enrollment, id: string): Account {
  const fingerprint = fingerprintOf(secret, (bytes) => new Uint8Array(bytes).fill(7));
  return { id, name: `${issuer}:${label}`, issuer, label, otp, addedAt: at, copies: [], fingerprint };
}

const backupOf = (...accounts: [Enrollment, string][]): BackupContent => ({
  createdAt: at,
  device: "b",
  devices: [],
  accounts: accounts.map(([enrollment, id]) => ({ account: account(enrollment, id), enrollment })),
  removed: [],
});

/** The ids under each heading that has any. */
function compared(here: readonly [Enrollment, string, "seed lost"?][], backup: BackupContent) {
  const kept = here.map(([enrollment, id, lost]) => ({
    account: account(enrollment, id),
    enrollment: lost === undefined ? enrollment : undefined,
  }));
  const headings = Object.entries(compareBackup(kept, backup, now));
  return Object.fromEntries(
    headings.flatMap(([heading, list]) => {
      const ids = list.map((one: Account | { account: Account }) => ("id" in one ? one.id : one.account.id));
      return ids.length === 0 ? [] : [[heading, ids]];
    }),
  );
}

it("the same seed is the same account, whatever its id", () => {
  expect(compared([[github, "x"]], backupOf([github, "y"]))).toEqual({ equal: ["x"] });
});

it("another seed under the same id has changed; what is on one side only is missing", () => {
  expect(compared([[github, "x"]], backupOf([aws, "x"]))).toEqual({ changed: ["x"] });
  expect(compared([[github, "x"]], backupOf([aws, "y"]))).toEqual({ missing: ["x"], onlyInBackup: ["y"] });
});

describe("an account whose seed is lost here", () => {
  it("is in the backup where id and fingerprint agree", () => {
    expect(compared([[github, "x", "seed lost"]], backupOf([github, "x"]))).toEqual({ lostHere: ["x"] });
  });

  it("is not in a backup that has another seed under its id", () => {
    expect(compared([[github, "x", "seed lost"]], backupOf([aws, "x"]))).toMatchObject({ lostBoth: ["x"] });
  });

  it("is not another account that a restore would not bring back for it", () => {
    expect(compared([[github, "x", "seed lost"]], backupOf([github, "y"]))).toMatchObject({
      lostBoth: ["x"],
    });
  });
});
