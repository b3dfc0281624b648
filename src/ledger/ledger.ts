/**
 * The ledger on disk: one file per account, so that one damaged entry never hides the others.
 * Reading needs no lock, as files are replaced in one step. Every change happens inside `edit`, which holds the data
 * folder's lock, so only one twinseed process at a time makes changes.
 */

import { attempt, ExitCode, faultOf, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { type Account, type Device, NEWER } from "./account.ts";
import { formatAccount, parseAccount } from "./account-file.ts";
import { formatDevices, parseDevices } from "./devices-file.ts";
import { inOrder } from "./in-order.ts";
import { formatIncoming, parseIncoming } from "./incoming.ts";
import { formatNameIndex, idOf, LEAST_INDEXED } from "./name-index.ts";

const ACCOUNTS = "accounts";
const REMOVED = "removed";
const DAMAGED = "damaged";
const DEVICES = "devices.json";
const INCOMING = "incoming.json";
const NAMES = "names.json";

export interface Ledger {
  /** Sorted by name. Skips damaged entries, with a warning that names them. */
  accounts(): Account[];
  /**
   * The account with exactly this name or id, if it can be found without reading all accounts. undefined does not mean that
   * there is none.
   */
  findIndexed(query: string): Account | undefined;
  removed(): Account[];
  devices(): Device[];
  /** Ids of entries in accounts/ that can't be read. */
  damaged(): string[];
  /** The names of the files with accounts, present or removed, that can't be read. */
  unreadable(which: "accounts" | "removed"): string[];
  /** Runs `work` under the lock; a kill in the middle leaves each single change either done or not done. */
  edit<T>(work: (edit: LedgerEdit) => Promise<T>): Promise<T>;
}

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

export function createLedger(folder: DataFolder, warn: (message: string) => void): Ledger {
  const warned = new Set<string>();

  function warnOnce(file: string, fault: string, fixing = ""): void {
    if (warned.has(file)) return;
    warned.add(file);
    warn(`skipped "${printable(file, 200)}": ${fault}; nothing else is affected${fixing}`);
  }

  function readFolder(name: string): { good: Account[]; bad: { id: string; fault: string }[] } {
    const good: Account[] = [];
    const bad: { id: string; fault: string }[] = [];
    for (const file of folder.list(name)) {
      if (!file.endsWith(".json")) continue;
      const id = file.slice(0, -".json".length);
      const account = attempt(() => readAccount(`${name}/${file}`, id));
      if (account instanceof UserError) bad.push({ id, fault: account.message });
      else if (account !== undefined) good.push(account);
    }
    return { good, bad };
  }

  function readText(file: string): string | undefined {
    try {
      return folder.read(file);
    } catch {
      return undefined;
    }
  }

  function readAccount(file: string, id: string): Account | undefined {
    const text = folder.read(file);
    return text === undefined ? undefined : parseAccount(text, id);
  }

  /** The content of accounts/, treating interrupted moves to removed/ as done. */
  function readAll(): { present: Account[]; leaving: Account[]; bad: { id: string; fault: string }[] } {
    const arriving = incoming(); // before the folder: accounts that leave incoming.json meanwhile are in the folder by then
    const { good, bad } = readFolder(ACCOUNTS);
    const known = new Set([...good, ...bad].map(({ id }) => id));
    good.push(...arriving.filter(({ id }) => !known.has(id)));
    const replaced = new Set(
      good.flatMap(({ replaces, removedAt }) => (replaces && !removedAt ? [replaces] : [])),
    );
    const isLeaving = (account: Account) => account.removedAt !== undefined || replaced.has(account.id);
    return { present: good.filter((one) => !isLeaving(one)), leaving: good.filter(isLeaving), bad };
  }

  function incoming(): Account[] {
    const list = attempt(readIncoming);
    if (!(list instanceof UserError)) return list;
    warnOnce(INCOMING, list.message);
    return [];
  }

  function readIncoming(): Account[] {
    const text = folder.read(INCOMING);
    return text === undefined ? [] : parseIncoming(text);
  }

  function findIndexed(query: string): Account | undefined {
    const text = readText(NAMES);
    const stamp = folder.stamp(ACCOUNTS);
    if (text === undefined || stamp === undefined || folder.read(INCOMING) !== undefined) return undefined;
    const id = idOf(query, text, stamp);
    if (id === undefined) return undefined;
    const account = attempt(() => readAccount(`${ACCOUNTS}/${id}.json`, id));
    if (account === undefined || account instanceof UserError || account.removedAt !== undefined)
      return undefined;
    return account.name === query || account.id === query ? account : undefined;
  }

  function accounts(): Account[] {
    const { present, bad } = readAll();
    for (const { id, fault } of bad) warnOnce(`${ACCOUNTS}/${id}.json`, fault, fixLine(id, fault));
    return inOrder(present);
  }

  function removed(): Account[] {
    const { good, bad } = readFolder(REMOVED);
    for (const { id, fault } of bad) warnOnce(`${REMOVED}/${id}.json`, fault);
    const { present, leaving } = readAll();
    // A kill while moving to another disk leaves both files; the one in accounts/ is more complete.
    const inAccounts = new Set([...present, ...leaving].map(({ id }) => id));
    return inOrder([...good.filter(({ id }) => !inAccounts.has(id)), ...leaving]);
  }

  function devices(): Device[] {
    const list = attempt(readDevices);
    if (!(list instanceof UserError)) return list;
    warnOnce(DEVICES, list.message);
    return [];
  }

  function readDevices(): Device[] {
    const text = folder.read(DEVICES);
    return text === undefined ? [] : parseDevices(text);
  }

  /** Copies a damaged file to damaged/ before it is overwritten. Throws if that fails, and for a file of a newer version. */
  function keepDamaged(file: string, fault: string): void {
    if (fault === NEWER) {
      throw new UserError(`"${file}" ${fault.replace(/^it /, "")}`, ExitCode.failed, [
        "update twinseed; the file was not changed",
        "if no newer version exists, the file is damaged: move it out of the data folder",
      ]);
    }
    const text = folder.read(file);
    if (text !== undefined) folder.write(`${DAMAGED}/${file.split("/").at(-1)}`, text);
  }

  function toRemoved(account: Account, now: string, replacedBy?: string): void {
    const file = `${ACCOUNTS}/${account.id}.json`;
    if (account.removedAt === undefined) {
      const successor = replacedBy === undefined ? {} : { replacedBy };
      folder.write(file, formatAccount({ ...account, removedAt: now, ...successor }));
    }
    folder.move(file, `${REMOVED}/${account.id}.json`);
  }

  const edits: LedgerEdit = {
    add(account) {
      if (!folder.create(`${ACCOUNTS}/${account.id}.json`, formatAccount(account))) {
        throw new Error(`the new id ${account.id} is taken`);
      }
    },
    addAll(accounts) {
      if (accounts.length === 0) return;
      folder.write(INCOMING, formatIncoming(accounts));
      moveIn(accounts);
    },
    update(account) {
      folder.write(`${ACCOUNTS}/${account.id}.json`, formatAccount(account));
    },
    remove: (account, now) => toRemoved(account, now),
    restore(account, replaced) {
      const { removedAt: _, replacedBy: __, replaces: ___, ...rest } = account;
      const back = replaced === undefined ? rest : { ...rest, replaces: replaced.id };
      folder.write(`${REMOVED}/${account.id}.json`, formatAccount(back));
      folder.move(`${REMOVED}/${account.id}.json`, `${ACCOUNTS}/${account.id}.json`);
    },
    rebuild(account) {
      const file = `${ACCOUNTS}/${account.id}.json`;
      keepDamaged(file, faultOf(() => readAccount(file, account.id)) ?? "");
      folder.write(`${ACCOUNTS}/${account.id}.json`, formatAccount(account));
    },
    saveDevices(list) {
      const fault = faultOf(readDevices);
      if (fault !== undefined) keepDamaged(DEVICES, fault);
      folder.write(DEVICES, formatDevices(list));
    },
  };

  /** Gives accounts from incoming.json their own files, then removes incoming.json. */
  function moveIn(accounts: readonly Account[]): void {
    folder.createAll(
      accounts.map((account) => [`${ACCOUNTS}/${account.id}.json`, formatAccount(account)] as const),
    );
    if (readText(INCOMING) !== undefined) folder.remove(INCOMING);
  }

  /** Finishes moves that a killed process began, in and out of accounts/. Returns the accounts that remain. */
  function finishMoves(): Account[] {
    const fault = faultOf(readIncoming);
    if (fault !== undefined) keepDamaged(INCOMING, fault);
    moveIn(incoming());
    const { present, leaving } = readAll();
    for (const account of leaving) {
      const successor = present.find((one) => one.replaces === account.id);
      toRemoved(account, successor?.addedAt ?? account.addedAt, successor?.id);
    }
    for (const { replaces, ...account } of present) if (replaces !== undefined) edits.update(account);
    return present;
  }

  function indexNames(accounts: readonly Account[]): void {
    const stamp = folder.stamp(ACCOUNTS);
    if (stamp === undefined || accounts.length < LEAST_INDEXED) return;
    folder.write(NAMES, formatNameIndex(accounts, stamp));
  }

  return {
    accounts,
    findIndexed,
    removed,
    devices,
    damaged: () => readAll().bad.map(({ id }) => id),
    unreadable: (which) => [
      ...readFolder(which).bad.map(({ id }) => `${which}/${id}.json`),
      ...(which === ACCOUNTS && faultOf(readIncoming) !== undefined ? [INCOMING] : []),
    ],
    edit: (work) =>
      folder.locked(async () => {
        folder.remove(NAMES);
        finishMoves();
        const result = await work(edits);
        indexNames(finishMoves());
        return result;
      }),
  };
}

function fixLine(id: string, fault: string): string {
  if (fault === NEWER) return "; update twinseed";
  return /^[a-z2-7]+$/.test(id) ? `; its seed is still stored; rebuild it with: twinseed restore ${id}` : "";
}
