/** What src/members/FORMAT.md says, followed with nothing but Node's own cryptography. */
import { createHash, createHmac, createPublicKey, hkdfSync, verify } from "node:crypto";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { formatMemberLine } from "../../src/members/member-line.ts";
import { ownSigner } from "../../src/members/signing-key.ts";
import { wordsOf } from "../../src/members/words.ts";
import { dataKeysIn } from "../../src/seeds/file/data-keys.ts";
import { unlockStore } from "../../src/seeds/file/file-store.ts";
import type { ListChange } from "../../src/seeds/file/prepared-change.ts";
import { sharedKeys } from "../../src/seeds/file/shared-keys.ts";
import { readSlots } from "../../src/seeds/file/slots.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { github } from "../helpers/accounts.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { testDeps } from "../helpers/seed-store-deps.ts";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** Three entries: the first, one more member, and a new data key. `keys`: the data keys by their ids. */
async function made() {
  const state = memoryFolder();
  const deps = testDeps({
    env: { TWINSEED_KEY: Buffer.alloc(32, 7).toString("base64") },
    stateFolder: async () => state,
  });
  await (await (await SEED_STORES.file.prepare(deps))()).put("a", github);
  const keys = sharedKeys(deps);
  const first = await keys.begin("alice/desk", NOW);
  await first.write(await first.prepare());
  const recipient = await identityToRecipient(await generateX25519Identity());
  const changes: ListChange[] = [{ members: (now) => [...now, { name: "ci", recipient }] }, { newKey: true }];
  for (const change of changes) {
    const pending = await keys.change(change, NOW);
    await pending.write(await pending.prepare());
  }
  const { dataKey, opener } = await unlockStore(deps);
  const open = await dataKeysIn(readSlots(deps.folder), opener, [dataKey]);
  const texts = [1, 2, 3].map((number) => deps.folder.files.get(`members/${number}.json`) ?? "");
  return { state, deps, texts, keys: open };
}

function macOf(dataKey: Uint8Array, store: string, statement: object): string {
  const key = hkdfSync("sha256", dataKey, "", `twinseed members v1 ${store}`, 32);
  const text = `twinseed members v1\n${JSON.stringify(statement)}`;
  return createHmac("sha256", Buffer.from(key)).update(text).digest("base64");
}

function isSigned(signer: string, statement: object, signature: string): boolean {
  const x = Buffer.from(signer.split(" ")[1] ?? "", "base64")
    .subarray(-32)
    .toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const text = `twinseed members signature v1\n${JSON.stringify(statement)}`;
  return verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
}

describe("FORMAT.md", () => {
  it("has how each entry vouches for the next", async () => {
    const { texts, keys, deps } = await made();
    const entries = texts.map((text) => JSON.parse(text));
    for (const [i, { mac, newMac, signature, ...list }] of entries.entries()) {
      const before = entries[i - 1] ?? entries[i];
      expect(texts[i]).toBe(`${JSON.stringify(entries[i], null, 2)}\n`);
      expect(list.before).toBe(i === 0 ? null : hashOf(texts[i - 1] ?? ""));
      expect(mac).toBe(macOf(keys.get(before.key)?.bytes ?? new Uint8Array(), list.store, list));
      const isNew = list.key !== before.key;
      const fresh = keys.get(list.key)?.bytes ?? new Uint8Array();
      expect(newMac).toBe(isNew ? macOf(fresh, list.store, list) : undefined);
      const { signer } = before.members.find(({ name }: { name: string }) => name === list.by);
      const signed = { ...list, mac, ...(isNew ? { newMac } : {}) };
      expect(isSigned(signer, signed, signature)).toBe(true);
      expect(isSigned(signer, { ...signed, by: "ci" }, signature)).toBe(false);
    }
    const { members, slots } = entries[2];
    const hashes = [...deps.folder.files]
      .filter(([name]) => name.startsWith("keys/"))
      .map(([, text]) => hashOf(text));
    const listed = [
      ...members.flatMap(({ slot }: { slot?: string }) => slot ?? []),
      ...slots.map(({ sha256 }: { sha256: string }) => sha256),
    ];
    expect(listed.toSorted()).toEqual(hashes.toSorted());
  });

  it("has the words, the line of a new member, and what the state folder holds", async () => {
    const { texts, state, deps } = await made();
    const hash = hashOf(texts[2] ?? "");
    const words = (await wordsOf(hash)).split("-");
    const { wordList } = await import("../../src/base/word-list.ts");
    const list = await wordList();
    const bits = words.map((word) => list.indexOf(word).toString(2).padStart(10, "0")).join("");
    expect(BigInt(`0b${bits}`)).toBe(BigInt(`0x${hash.slice(0, 20)}`));

    const { store } = JSON.parse(texts[0] ?? "");
    const { signer } = ownSigner(state, store);
    const line = formatMemberLine({ name: "bob", signer });
    const [, text = "", check] = /^(.*) (.{8})$/.exec(line) ?? [];
    expect(text).toBe(`twinseed-member 1 bob - ${signer}`);
    expect(check).toBe(hashOf(text).slice(0, 8));

    const memory = state.files.get(`folders/${hashOf(deps.folder.path).slice(0, 32)}.json`) ?? "";
    expect(JSON.parse(memory)).toEqual({
      version: 1,
      folder: deps.folder.path,
      store,
      checked: { number: 3, hash },
      seen: { number: 3, hash },
      refused: [],
      keys: expect.arrayContaining([expect.stringMatching(/^[0-9a-f]{32}$/)]),
    });
    const own = JSON.parse(state.files.get(`stores/${store}/signing-key.json`) ?? "");
    const key = { key: Buffer.from(own.key, "base64"), format: "der", type: "pkcs8" } as const;
    const { createPrivateKey } = await import("node:crypto");
    const x = createPublicKey(createPrivateKey(key)).export({ format: "jwk" }).x ?? "";
    expect(own).toMatchObject({ version: 1, signer });
    expect(
      Buffer.from(signer.split(" ")[1] ?? "", "base64")
        .subarray(-32)
        .toString("base64url"),
    ).toBe(x);
  });
});
