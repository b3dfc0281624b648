/**
 * The ledger on disk: one file an account, so that one damaged entry never hides the others.
 * Reading needs no lock (files are replaced whole). Every change is made inside `edit`, which runs alone among all
 * twinseed processes on the data folder.
 */

import { attempt, ExitCode, faultOf, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { type Account, type Device, NEWER } from "./account.ts";
import { formatAccount, parseAccount } from "./account-file.ts";
import { formatDevices, parseDevices } from "./devices-file.ts";
import { formatIncoming, parseIncoming } from "./incoming.ts";
import { formatNameIndex, idOf, LEAST_INDEXED } from "./name-index.ts";

const ACCOUNTS = "accounts";
const REMOVED = "removed";
const DAMAGED = "damaged";
const DEVICES = "devices.json";
const INCOMING = "incoming.json";
const NAMES = "names.json";

export interface Ledger {
  /** Sorted by name. Damaged entries are left out and named in a warning. */
  accounts(): Account[];
  /**
   * The account of exactly this name or id, where it can be told without reading all of them: undefined says nothing.
   */
  findIndexed(query: string): Account | undefined;
  removed(): Account[];
  devices(): Device[];
  /** Ids of entries in accounts/ that can't be read. */
  damaged(): string[];
  /** Does `work` alone; a kill in the middle leaves each single change done or undone. */
  edit<T>(work: (edit: LedgerEdit) => Promise<T>): Promise<T>;
}

export interface LedgerEdit {
  /** Enrolls a new account; with `replaces`, in the place of an older one, in one step. */
  add(account: Account): void;
  /** Many new accounts in one step: a kill leaves all of them or none. */
  addAll(accounts: readonly Account[]): void;
  update(account: Account): void;
  /** To removed/, its seed stays. */
  remove(account: Account, now: string): void;
  /** Back from removed/, as this (it may have got another name). */
  restore(account: Account): void;
  /** Writes an entry anew whose file is damaged; the damaged file is kept in damaged/. */
  rebuild(account: Account): void;
  saveDevices(devices: readonly Device[]): void;
}

export function createLedger(folder: DataFolder, warn: (message: string) => void): Ledger {
  const warned = new Set<string>();

  function warnOnce(file: string, fault: string, fixing = ""): void {
    if (warned.has(file)) return;
    warned.add(file);
    warn(`"${printable(file, 200)}" is left out: ${fault}; everything else is not affected${fixing}`);
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

  /** What accounts/ holds, with interrupted moves to removed/ seen as done. */
  function readAll(): { present: Account[]; leaving: Account[]; bad: { id: string; fault: string }[] } {
    const arriving = incoming(); // first: what has just arrived is in the folder then
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
    return present.sort(byName);
  }

  function removed(): Account[] {
    const { good, bad } = readFolder(REMOVED);
    for (const { id, fault } of bad) warnOnce(`${REMOVED}/${id}.json`, fault);
    const { present, leaving } = readAll();
    // A kill in a move to another disk leaves both; the one in accounts/ says more.
    const elsewhere = new Set([...present, ...leaving].map(({ id }) => id));
    return [...good.filter(({ id }) => !elsewhere.has(id)), ...leaving].sort(byName);
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

  /** A damaged file is never written over without keeping what it holds. Throws where that can't be, and for a newer one. */
  function keepDamaged(file: string, fault: string): void {
    if (fault === NEWER) {
      throw new UserError(`"${file}" ${fault.replace(/^it /, "")}`, ExitCode.failed, [
        "update twinseed; the file was not changed",
        "if there is no newer one, the file is damaged: move it out of the data folder",
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
      arrive(accounts);
    },
    update(account) {
      folder.write(`${ACCOUNTS}/${account.id}.json`, formatAccount(account));
    },
    remove: (account, now) => toRemoved(account, now),
    restore(account) {
      const { removedAt: _, replacedBy: __, replaces: ___, ...back } = account;
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

  function arrive(accounts: readonly Account[]): void {
    folder.createAll(
      accounts.map((account) => [`${ACCOUNTS}/${account.id}.json`, formatAccount(account)] as const),
    );
    if (readText(INCOMING) !== undefined) folder.remove(INCOMING);
  }

  /** Finishes what a killed process began: entries on their way arrive. */
  function settle(): Account[] {
    const fault = faultOf(readIncoming);
    if (fault !== undefined) keepDamaged(INCOMING, fault);
    arrive(incoming());
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
    edit: (work) =>
      folder.locked(async () => {
        folder.remove(NAMES);
        settle();
        const result = await work(edits);
        indexNames(settle());
        return result;
      }),
  };
}

function fixLine(id: string, fault: string): string {
  if (fault === NEWER) return "; update twinseed";
  return /^[a-z2-7]+$/.test(id) ? `; its seed is kept: twinseed restore ${id}` : "";
}

function byName(a: Account, b: Account): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1;
}
