/** The part of `doctor` that opens every seed, compares it with the ledger, and finds seeds that the ledger does not have. */

import { ExitCode, UserError } from "../../base/errors.ts";
import type { Account } from "../../ledger/account.ts";
import { mayMatch } from "../../ledger/fingerprint.ts";
import { differences } from "../../ledger/same-account.ts";
import { defaultName, type Enrollment } from "../../otp/enrollment.ts";
import { NoSuchSeed, type SeedStore } from "../../seeds/seed-store.ts";
import type { StoreKind } from "../../settings/config-file.ts";
import { progressOf } from "../../talk/progress.ts";
import { count, quoted } from "../../talk/say.ts";
import { OpensNone, requireStoreOpens } from "../../vault/store-opens.ts";
import type { Needs } from "../../world.ts";
import { isId, readEntry } from "./check-ledger.ts";
import { type Line, ok, REPAIR, unknown, wrong, wrongBy } from "./lines.ts";

export type CheckSeedsNeeds = Needs<
  "stderr" | "clock" | "stateFolder" | "folder" | "folderCare" | "ledger" | "seeds" | "storedIds"
>;

export interface Found {
  readonly id: string;
  readonly enrollment: Enrollment;
}

export interface SeedsFound {
  readonly lines: Line[];
  readonly opened: { account: Account; enrollment: Enrollment }[];
  /** Accounts whose entry in the ledger differs from their seed. */
  readonly altered: { account: Account; enrollment: Enrollment }[];
  /** Seeds whose entry is damaged. */
  readonly damaged: Found[];
  /** Seeds whose entry is missing. */
  readonly orphans: Found[];
  /** The store opens none of the accounts' seeds. */
  opensNone?: true;
}

export async function checkSeeds(kind: StoreKind, needs: CheckSeedsNeeds): Promise<SeedsFound> {
  const found: SeedsFound = { lines: [], opened: [], altered: [], damaged: [], orphans: [] };
  try {
    const store = await needs.seeds();
    await openAll(store, found, needs);
    found.lines.unshift(ok("store", `the ${kind} store opens`));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.exitCode === ExitCode.interrupted) throw error;
    const step =
      error.hints.find((hint) => hint !== "nothing was changed") ?? "open it with the correct secret";
    found.lines.push({ ...wrongBy("store", error, step), isLocked: true });
    if (error instanceof OpensNone) found.opensNone = true;
    found.lines.push(unknown("seeds", "not checked"));
    return found;
  }
  found.lines.push(...(await findOrphans(kind, found, needs)));
  return found;
}

/** Throws if the store is locked, because then all its seeds are; also if it opens none of them. */
async function openAll(
  store: SeedStore,
  found: SeedsFound,
  needs: Needs<"stderr" | "clock" | "stateFolder" | "folder" | "ledger">,
): Promise<void> {
  const lines: Line[] = [];
  const accounts = needs.ledger.accounts();
  if (accounts.length > 1) await requireStoreOpens(accounts, store);
  const progress = progressOf("checking seed", needs);
  for (const [i, account] of accounts.entries()) {
    progress.at(i, accounts.length);
    const what = quoted(account.name);
    const enrollment = await open(store, account.id);
    if (enrollment instanceof UserError) {
      lines.push(
        wrong("seeds", `${what}: ${enrollment.message}`, await recoveryStep(account, enrollment, needs)),
      );
    } else if (!mayMatch(enrollment.secret, account.fingerprint)) {
      const step = "restore it from a backup; twinseed did not store the one that is there";
      lines.push(wrong("seeds", `${what} has a different seed from the one that was enrolled`, step));
    } else {
      found.opened.push({ account, enrollment });
      const fields = differences(account, enrollment);
      if (fields.length === 0) continue;
      found.altered.push({ account, enrollment });
      lines.push(wrong("seeds", `${what}: the ledger and the seed differ in ${fields.join(", ")}`, REPAIR));
    }
  }
  progress.end();
  for (const id of needs.ledger.damaged().filter((id) => readEntry(id, needs).isRepairable)) {
    const enrollment = await open(store, id);
    if (!(enrollment instanceof UserError)) found.damaged.push({ id, enrollment });
    else
      lines.push({
        ...wrongBy("seeds", enrollment),
        message: `"accounts/${id}.json": ${enrollment.message}`,
      });
  }
  const all = `${count(found.opened.length, "seed")} opened, and the ledger agrees with each`;
  found.lines.push(...(lines.length > 0 ? lines : [ok("seeds", all)]));
}

/** The seed store's own advice first: a locked keyring may say that it has no such seed. */
async function recoveryStep(
  account: Account,
  error: UserError,
  needs: Needs<"stateFolder" | "ledger">,
): Promise<string> {
  if (!(error instanceof NoSuchSeed)) return error.hints.at(-1) ?? "restore it from a backup";
  const { recoveryHints } = await import("../../vault/recovery.ts");
  return [...error.hints, ...(await recoveryHints(account, needs)).slice(0, 1)].join("; ");
}

/** The seed, or what is wrong with it. Throws what is wrong with the store. */
async function open(store: SeedStore, id: string): Promise<Enrollment | UserError> {
  try {
    return await store.get(id);
  } catch (error) {
    if (error instanceof NoSuchSeed) return error;
    if (error instanceof UserError && error.exitCode === ExitCode.failed) return error;
    throw error;
  }
}

async function findOrphans(kind: StoreKind, found: SeedsFound, needs: CheckSeedsNeeds): Promise<Line[]> {
  const lines: Line[] = [];
  try {
    const store = await needs.seeds();
    const names = await needs.storedIds(kind);
    const elsewhere = kind === "keyring" ? await needs.folderCare.idsElsewhere() : [];
    const known = knownIds(needs);
    const foreign = names.filter((name) => !isId(name) && !isOurs(name)).length;
    for (const id of names.filter(
      (name) => isId(name) && !isOurs(name) && !known.has(name) && !elsewhere.includes(name),
    )) {
      const enrollment = await open(store, id);
      // An account that is being added has its seed first.
      if (knownIds(needs).has(id)) continue;
      if (enrollment instanceof UserError) lines.push(wrongBy("orphans", enrollment));
      else {
        found.orphans.push({ id, enrollment });
        const who = quoted(defaultName(enrollment) || id);
        const whose = kind === "keyring" ? " (unless it belongs to another TWINSEED_HOME)" : "";
        lines.push(wrong("orphans", `the ledger has no entry for the seed of ${who}`, `${REPAIR}${whose}`));
      }
    }
    const others = foreign === 0 ? "" : `; ${count(foreign, "other entry", "other entries")} left alone`;
    return lines.length > 0 ? lines : [ok("orphans", `every seed has an entry${others}`)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [...lines, wrongBy("orphans", error, error.hints[0])];
  }
}

/**
 * By file name, so that damaged entries are included. Looks again in accounts/, and at those that are on their way there, as
 * `restore` or `import` may be moving them.
 */
export function knownIds(needs: Needs<"folder" | "ledger">): Set<string> {
  const files = [...needs.folder.list("accounts"), ...needs.folder.list("removed")];
  const arrived = needs.ledger.accounts().map(({ id }) => id);
  return new Set([...files.map((file) => file.replace(/\.json$/, "")), ...arrived]);
}

/** No seeds: what is left over from a test of the keyring, and what opens file stores on this computer. */
function isOurs(name: string): boolean {
  return /^(probe|(identity|notes|unlock)[0-9a-f]{32}$)/.test(name);
}
