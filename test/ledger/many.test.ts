/** Many accounts at once, and the index of their names. */
import { describe, expect, it } from "vitest";
import type { Account } from "../../src/ledger/account.ts";
import { createLedger } from "../../src/ledger/ledger.ts";
import { type MemoryFolder, memoryFolder } from "../helpers/memory-folder.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

function account(number: number): Account {
  const id = `aaaaaaaaaaaaa${ALPHABET[number >> 10]}${ALPHABET[(number >> 5) & 31]}${ALPHABET[number & 31]}`;
  return {
    id,
    name: `account ${number}`,
    issuer: "Example",
    label: `user${number}`,
    otp: { type: "totp", algorithm: "SHA1", digits: 6, period: 30 },
    addedAt: "2026-01-31T12:00:00.000Z",
    copies: [],
    fingerprint: "",
  };
}

const accounts = (amount: number) => Array.from({ length: amount }, (_, i) => account(i));

function ledgerOn(folder: MemoryFolder, warnings: string[] = []) {
  return createLedger(folder, (text) => warnings.push(text));
}

class Killed extends Error {}

/** A folder that dies after `steps` changes. */
function dying(folder: MemoryFolder, steps: number): MemoryFolder {
  let left = steps;
  const step = <A extends unknown[], T>(change: (...args: A) => T) => {
    return (...args: A): T => {
      if (left-- <= 0) throw new Killed();
      return change(...args);
    };
  };
  return {
    ...folder,
    write: step(folder.write),
    create: step(folder.create),
    move: step(folder.move),
    remove: step(folder.remove),
    createAll(files) {
      for (const [name, text] of files) {
        if (left-- <= 0) throw new Killed();
        folder.create(name, text);
      }
      return [];
    },
  };
}

describe("addAll", () => {
  it("brings all of them in, and leaves nothing behind", async () => {
    const folder = memoryFolder();
    await ledgerOn(folder).edit(async (edit) => edit.addAll(accounts(7)));
    expect(ledgerOn(folder).accounts()).toEqual(accounts(7));
    expect([...folder.files.keys()].filter((name) => !name.startsWith("accounts/"))).toEqual([]);
  });

  it("a kill at any step leaves all or none, and the next change finishes it", async () => {
    const seen = new Set<number>();
    for (let steps = 0; steps < 14; steps++) {
      const folder = memoryFolder();
      await ledgerOn(dying(folder, steps))
        .edit(async (edit) => edit.addAll(accounts(7)))
        .catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
      const found = ledgerOn(folder).accounts().length;
      seen.add(found);
      await ledgerOn(folder).edit(async () => {});
      expect(ledgerOn(folder).accounts()).toHaveLength(found);
      expect(folder.files.has("incoming.json")).toBe(false);
      expect(folder.list("accounts")).toHaveLength(found);
    }
    expect([...seen].sort()).toEqual([0, 7]);
  });

  it("an account that was removed in the meantime stays removed", async () => {
    const folder = memoryFolder();
    await ledgerOn(dying(folder, 5))
      .edit(async (edit) => edit.addAll(accounts(7)))
      .catch(() => {});
    const ledger = ledgerOn(folder);
    await ledger.edit(async (edit) => edit.remove(account(6), "2026-02-01T00:00:00.000Z"));
    expect(ledger.accounts()).toHaveLength(6);
    expect(ledger.removed()).toHaveLength(1);
  });

  it("a damaged incoming.json is named and kept, and hides nothing", async () => {
    const folder = memoryFolder();
    await ledgerOn(folder).edit(async (edit) => edit.add(account(1)));
    folder.files.set("incoming.json", "{");
    const warnings: string[] = [];
    const ledger = ledgerOn(folder, warnings);
    expect(ledger.accounts()).toHaveLength(1);
    expect(warnings.join()).toContain("incoming.json");
    await ledger.edit(async () => {});
    expect(folder.files.get("damaged/incoming.json")).toBe("{");
    expect(folder.files.has("incoming.json")).toBe(false);
  });
});

describe("the index of names", () => {
  async function large() {
    const folder = memoryFolder();
    await ledgerOn(folder).edit(async (edit) => edit.addAll(accounts(150)));
    return folder;
  }

  it("is made for many accounts only", async () => {
    expect((await large()).files.has("names.json")).toBe(true);
    const small = memoryFolder();
    await ledgerOn(small).edit(async (edit) => edit.addAll(accounts(20)));
    expect(small.files.has("names.json")).toBe(false);
    expect(ledgerOn(small).findIndexed("account 3")).toBeUndefined();
  });

  it("finds an exact name or id, and reads that one file", async () => {
    const folder = await large();
    const read: string[] = [];
    const ledger = ledgerOn({
      ...folder,
      read(name) {
        read.push(name);
        return folder.read(name);
      },
    });
    expect(ledger.findIndexed("account 77")).toEqual(account(77));
    expect(read.filter((name) => name.startsWith("accounts/"))).toHaveLength(1);
    expect(ledger.findIndexed(account(12).id)).toEqual(account(12));
    expect(ledger.findIndexed("account")).toBeUndefined();
  });

  it("says nothing where anything has changed without it", async () => {
    const folder = await large();
    folder.files.set("accounts/bbbbbbbbbbbbbbbb.json", folder.read(`accounts/${account(1).id}.json`) ?? "");
    expect(ledgerOn(folder).findIndexed("account 77")).toBeUndefined();
    await ledgerOn(folder).edit(async () => {});
    expect(ledgerOn(folder).findIndexed("account 77")).toEqual(account(77));
  });

  it("follows renames and removals", async () => {
    const folder = await large();
    const ledger = ledgerOn(folder);
    await ledger.edit(async (edit) => {
      edit.update({ ...account(5), name: "five" });
      edit.remove(account(6), "2026-02-01T00:00:00.000Z");
    });
    expect(ledger.findIndexed("five")).toMatchObject({ id: account(5).id });
    expect(ledger.findIndexed("account 5")).toBeUndefined();
    expect(ledger.findIndexed("account 6")).toBeUndefined();
  });

  it("two of one name are left to the slow way, which lists them", async () => {
    const folder = await large();
    await ledgerOn(folder).edit(async (edit) => edit.update({ ...account(5), name: "account 6" }));
    expect(ledgerOn(folder).findIndexed("account 6")).toBeUndefined();
  });

  it("a name that looks like a row is none", async () => {
    const folder = await large();
    const row = `x","account 77"]`;
    await ledgerOn(folder).edit(async (edit) => {
      edit.update({ ...account(5), name: row });
      edit.update({ ...account(6), name: `["${account(8).id}",` });
    });
    const ledger = ledgerOn(folder);
    expect(ledger.findIndexed("account 77")).toEqual(account(77));
    expect(ledger.findIndexed(row)).toMatchObject({ id: account(5).id });
    expect(ledger.findIndexed(account(8).id)).toEqual(account(8));
  });

  it("is not trusted: a file that says another name is not the answer", async () => {
    const folder = await large();
    const file = `accounts/${account(9).id}.json`;
    const text = folder.read(file) ?? "";
    const stamp = folder.stamp("accounts");
    folder.files.set(file, text.replace("account 9", "account X"));
    const stale = { ...folder, stamp: () => stamp };
    expect(ledgerOn(stale).findIndexed("account 9")).toBeUndefined();
  });
});
