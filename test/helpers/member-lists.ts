/** Lists of members for tests: computers with signing keys, data keys, and the entries that they make. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { formatEntry, type List, type Member, parseEntry, type ReadEntry } from "../../src/members/entry.ts";
import { type Sign, vouchFor } from "../../src/members/vouch.ts";
import { type DataKey, newDataKey } from "../../src/seeds/file/data-key.ts";

export interface TestComputer {
  readonly member: Member;
  readonly sign: Sign;
}

const AT = "2026-01-31T12:00:00.000Z";

export function testComputer(name: string): TestComputer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const x = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const blob = Buffer.concat([Buffer.from("0000000b7373682d6564323535313900000020", "hex"), x]);
  const signer = `ssh-ed25519 ${blob.toString("base64")}`;
  return {
    member: { name, signer },
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64"),
  };
}

export const testKey = (store?: string): DataKey =>
  newDataKey((bytes) => Uint8Array.from(randomBytes(bytes)), store);

export interface Made {
  readonly by: TestComputer;
  readonly members: readonly TestComputer[];
  /** The data key that the entry names. */
  readonly key: DataKey;
  /** The data key that the MAC is made with; default: that of the entry before. */
  readonly macKey?: DataKey;
  readonly changes?: Partial<List>;
}

/** The entry after `before`, whose data key is `old`; the first entry if there is none. */
export function testEntry(before: ReadEntry | undefined, old: DataKey | undefined, made: Made): ReadEntry {
  const { by, members, key, macKey = old ?? key, changes = {} } = made;
  const list: List = {
    store: key.store,
    number: (before?.entry.number ?? 0) + 1,
    before: before?.hash ?? null,
    key: key.id,
    by: by.member.name,
    at: AT,
    members: members.map(({ member }) => member),
    slots: [],
    ...changes,
  };
  const isChange = before !== undefined && key.id !== before.entry.key;
  return parseEntry(formatEntry(vouchFor(list, macKey.bytes, isChange ? key.bytes : undefined, by.sign)));
}
