/**
 * The ledger on disk: one file per account, so that one damaged entry never hides the others.
 * Reading needs no lock, as files are replaced in one step. Every change happens inside `edit`, which holds the data
 * folder's lock, so only one twinseed process at a time makes changes.
 */

import { attempt, faultOf, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { type Account, type Device, NEWER } from "./account.ts";
import { parseAccount } from "./account-file.ts";
import { parseDevices } from "./devices-file.ts";
import type { LedgerEdit } from "./edit-ledger.ts";
import { ACCOUNTS, DEVICES, INCOMING, NAMES, REMOVED } from "./file-names.ts";
import { inOrder } from "./in-order.ts";
import { parseIncoming } from "./incoming.ts";
import { idOf } from "./name-index.ts";

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

export function createLedger(folder: DataFolder, warn: (message: string) => void): Ledger {
  const warned = new Set<string>();

  function warnOnce(file: string, fault: string, fixing = ""): void {
    if (warned.has(file)) return;
    warned.add(file);
    warn(`skipped "${printable(file, 200)}": ${fault}; nothing else is affected${fixing}`);
  }

  function readFolder(
    name: string,
    isAgain = false,
  ): { good: Account[]; bad: { id: string; fault: string }[] } {
    const good: Account[] = [];
    const bad: { id: string; fault: string }[] = [];
    for (const file of folder.list(name)) {
      if (!file.endsWith(".json")) continue;
      const id = file.slice(0, -".json".length);
      const account = attempt(() => readAccount(`${name}/${file}`, id));
      if (account instanceof UserError) bad.push({ id, fault: account.message });
      else if (account !== undefined) good.push(account);
      // Another process has just moved it, and what takes its place came after the list.
      else if (!isAgain) return readFolder(name, true);
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
    edit: async (work) => {
      const { editLedger } = await import("./edit-ledger.ts");
      return editLedger(work, folder, {
        readAccount,
        readDevices,
        readIncoming,
        incoming,
        isReadable: (file) => readText(file) !== undefined,
        readAll,
      });
    },
  };
}

function fixLine(id: string, fault: string): string {
  if (fault === NEWER) return "; update twinseed";
  return /^[a-z2-7]+$/.test(id) ? `; its seed is still stored; rebuild it with: twinseed restore ${id}` : "";
}
