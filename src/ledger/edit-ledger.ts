/** Changes of the ledger, under the data folder's lock. Loaded when something changes: `code` only reads. */
import { ExitCode, faultOf, UserError } from "../base/errors.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { type Account, type Device, NEWER } from "./account.ts";
import { formatAccount } from "./account-file.ts";
import { formatDevices } from "./devices-file.ts";
import { ACCOUNTS, DEVICES, INCOMING, NAMES, REMOVED } from "./file-names.ts";
import { formatIncoming } from "./incoming.ts";
import { formatNameIndex, LEAST_INDEXED } from "./name-index.ts";

export interface LedgerEdit {
  /** Enrolls a new account; with `replaces`, also removes the older one, in one step. */
  add(account: Account): void;
  /** Adds many new accounts in one step: a kill leaves all of them or none. */
  addAll(accounts: readonly Account[]): void;
  update(account: Account): void;
  /** Moves the account to removed/ and keeps its seed. */
  remove(account: Account, now: string): void;
  /**
   * Moves the account back from removed/, with the content given here (its name may differ). With `replaced`, also removes that
   * one, in one step.
   */
  restore(account: Account, replaced?: Account): void;
  /** Rewrites an entry whose file is damaged; the damaged file is kept in damaged/. */
  rebuild(account: Account): void;
  saveDevices(devices: readonly Device[]): void;
}

/** How the files are read. What is called `read` throws a UserError that says what is wrong with a file. */
export interface Reading {
  readAccount(file: string, id: string): Account | undefined;
  readDevices(): Device[];
  readIncoming(): Account[];
  /** The same, with a warning instead of an error. */
  incoming(): Account[];
  /** Whether there is such a file, and it can be read. */
  isReadable(file: string): boolean;
  /** The accounts in accounts/: those that stay there, and those whose move to removed/ was interrupted. */
  readAll(): { readonly present: readonly Account[]; readonly leaving: readonly Account[] };
}

/** Runs `work` under the lock, between finishing what a killed process began and writing the index of names again. */
export async function editLedger<T>(
  work: (edit: LedgerEdit) => Promise<T>,
  folder: DataFolder,
  reading: Reading,
): Promise<T> {
  return folder.locked(async () => {
    folder.remove(NAMES);
    finishMoves(folder, reading);
    const result = await work(editsOf(folder, reading));
    indexNames(finishMoves(folder, reading), folder);
    return result;
  });
}

function editsOf(folder: DataFolder, reading: Reading): LedgerEdit {
  return {
    add(account) {
      if (!folder.create(`${ACCOUNTS}/${account.id}.json`, formatAccount(account))) {
        throw new Error(`the new id ${account.id} is taken`);
      }
    },
    addAll(accounts) {
      if (accounts.length === 0) return;
      folder.write(INCOMING, formatIncoming(accounts));
      moveIn(accounts, folder, reading);
    },
    update: (account) => update(account, folder),
    remove: (account, now) => toRemoved(account, now, undefined, folder),
    restore(account, replaced) {
      const { removedAt: _, replacedBy: __, replaces: ___, ...rest } = account;
      const back = replaced === undefined ? rest : { ...rest, replaces: replaced.id };
      folder.write(`${REMOVED}/${account.id}.json`, formatAccount(back));
      folder.move(`${REMOVED}/${account.id}.json`, `${ACCOUNTS}/${account.id}.json`);
    },
    rebuild(account) {
      const file = `${ACCOUNTS}/${account.id}.json`;
      keepDamaged(file, faultOf(() => reading.readAccount(file, account.id)) ?? "", folder);
      update(account, folder);
    },
    saveDevices(list) {
      const fault = faultOf(reading.readDevices);
      if (fault !== undefined) keepDamaged(DEVICES, fault, folder);
      folder.write(DEVICES, formatDevices(list));
    },
  };
}

function update(account: Account, folder: DataFolder): void {
  folder.write(`${ACCOUNTS}/${account.id}.json`, formatAccount(account));
}

function toRemoved(account: Account, now: string, replacedBy: string | undefined, folder: DataFolder): void {
  if (account.removedAt === undefined) {
    const successor = replacedBy === undefined ? {} : { replacedBy };
    update({ ...account, removedAt: now, ...successor }, folder);
  }
  folder.move(`${ACCOUNTS}/${account.id}.json`, `${REMOVED}/${account.id}.json`);
}

/** Gives accounts from incoming.json their own files, then removes incoming.json. */
function moveIn(accounts: readonly Account[], folder: DataFolder, reading: Reading): void {
  folder.createAll(
    accounts.map((account) => [`${ACCOUNTS}/${account.id}.json`, formatAccount(account)] as const),
  );
  if (reading.isReadable(INCOMING)) folder.remove(INCOMING);
}

/** Finishes moves that a killed process began, in and out of accounts/. Returns the accounts that remain. */
function finishMoves(folder: DataFolder, reading: Reading): readonly Account[] {
  const fault = faultOf(reading.readIncoming);
  if (fault !== undefined) keepDamaged(INCOMING, fault, folder);
  moveIn(reading.incoming(), folder, reading);
  const { present, leaving } = reading.readAll();
  for (const account of leaving) {
    const successor = present.find((one) => one.replaces === account.id);
    toRemoved(account, successor?.addedAt ?? account.addedAt, successor?.id, folder);
  }
  for (const { replaces, ...account } of present) if (replaces !== undefined) update(account, folder);
  return present;
}

/** Copies a damaged file to damaged/ before it is overwritten. Throws if that fails, and for a file of a newer version. */
function keepDamaged(file: string, fault: string, folder: DataFolder): void {
  if (fault === NEWER) {
    throw new UserError(`"${file}" ${fault.replace(/^it /, "")}`, ExitCode.failed, [
      "update twinseed; the file was not changed",
      "if no newer version exists, the file is damaged: move it out of the data folder",
    ]);
  }
  const text = folder.read(file);
  if (text !== undefined) folder.write(`damaged/${file.split("/").at(-1)}`, text);
}

function indexNames(accounts: readonly Account[], folder: DataFolder): void {
  const stamp = folder.stamp(ACCOUNTS);
  if (stamp === undefined || accounts.length < LEAST_INDEXED) return;
  folder.write(NAMES, formatNameIndex(accounts, stamp));
}
