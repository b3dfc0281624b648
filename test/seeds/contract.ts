/** What every seed store must do, the real ones and the one in memory. */
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { newId } from "../../src/ledger/id.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { NoSuchSeed, type SeedStore } from "../../src/seeds/seed-store.ts";
import { bank, counting, everyAccount, github } from "../helpers/accounts.ts";

/** `start` makes a place for seeds; what comes back opens it, again and again. */
export function seedStoreContract(name: string, start: () => Promise<() => Promise<SeedStore>>): void {
  describe(`the ${name} store keeps the seed store contract`, () => {
    it.each(everyAccount.map((account) => [account.issuer || "no issuer", account] as const))(
      "gives back what it was given, also after reopening: %s",
      async (_, account) => {
        const open = await start();
        const id = freshId();
        await (await open()).put(id, account);
        expect(formatOtpauthUri(await (await open()).get(id))).toBe(formatOtpauthUri(account));
      },
    );

    it("keeps labels of 3 KB", async () => {
      const store = await (await start())();
      const account = { ...github, label: "ü🙂a".repeat(450) };
      const id = freshId();
      await store.put(id, account);
      expect((await store.get(id)).label).toBe(account.label);
    });

    it("keeps the counter of an HOTP account", async () => {
      const store = await (await start())();
      const id = freshId();
      await store.put(id, { ...counting, otp: { ...counting.otp, type: "hotp", counter: 4711 } });
      expect((await store.get(id)).otp).toMatchObject({ counter: 4711 });
    });

    it("keeps seeds apart", async () => {
      const store = await (await start())();
      const ids = everyAccount.map(freshId);
      await Promise.all(everyAccount.map((account, i) => store.put(ids[i] ?? "", account)));
      const kept = await Promise.all(ids.map((id) => store.get(id)));
      expect(kept.map((account) => formatOtpauthUri(account))).toEqual(
        everyAccount.map((account) => formatOtpauthUri(account)),
      );
    });

    it("stores many at once as it stores one, and says how far it is", async () => {
      const open = await start();
      const seeds = everyAccount.map((account) => [freshId(), account] as const);
      const counts: number[] = [];
      await (await open()).putAll(seeds, (count) => counts.push(count));
      const store = await open();
      for (const [id, account] of seeds)
        expect(formatOtpauthUri(await store.get(id))).toBe(formatOtpauthUri(account));
      expect(counts.at(-1)).toBe(seeds.length);
      await store.putAll(seeds); // the same again is no error
      const [[id]] = [seeds[0] ?? [""]];
      await expect(store.putAll([[id, bank]])).rejects.toMatchObject({ exitCode: ExitCode.failed });
      expect(formatOtpauthUri(await store.get(id))).toBe(formatOtpauthUri(everyAccount[0] ?? bank));
    });

    it("says exit 6 and the id where there is no such seed", async () => {
      const store = await (await start())();
      const id = freshId();
      await expect(store.get(id)).rejects.toBeInstanceOf(NoSuchSeed);
      await expect(store.get(id)).rejects.toMatchObject({
        exitCode: ExitCode.locked,
        message: expect.stringContaining(id),
      });
    });

    it("never overwrites: another seed under the same id is refused, the same one is no error", async () => {
      const store = await (await start())();
      const id = freshId();
      await store.put(id, github);
      await expect(store.put(id, bank)).rejects.toMatchObject({ exitCode: ExitCode.failed });
      await expect(store.put(id, { ...github, label: "other" })).rejects.toMatchObject({ name: "UserError" });
      await store.put(id, github);
      expect(formatOtpauthUri(await store.get(id))).toBe(formatOtpauthUri(github));
    });

    it("deletes, and deleting again is no error", async () => {
      const store = await (await start())();
      const [id, other] = [freshId(), freshId()];
      await store.put(id, github);
      await store.put(other, bank);
      await store.delete(id);
      await store.delete(id);
      await expect(store.get(id)).rejects.toMatchObject({ exitCode: ExitCode.locked });
      expect((await store.get(other)).label).toBe(bank.label);
    });

    it.each(["", "..", "a/b", "../x", "A", "ü", "a b", "a\0"])("refuses %j as an id", async (id) => {
      const store = await (await start())();
      await expect(store.get(id)).rejects.toMatchObject({ name: "UserError" });
      await expect(store.put(id, github)).rejects.toMatchObject({ name: "UserError" });
      await expect(store.delete(id)).rejects.toMatchObject({ name: "UserError" });
    });
  });
}

export function freshId(): string {
  return newId(randomBytes);
}
