/** The list of members: no change of an entry is taken in, and no list is believed that a member didn't make. */
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { attempt, ExitCode, UserError } from "../../../src/base/errors.ts";
import { accept, isSure, memoryOf } from "../../../src/members/accept.ts";
import { formatEntry, type List, parseEntry, type ReadEntry } from "../../../src/members/entry.ts";
import { formatMemberLine, parseMemberLine } from "../../../src/members/member-line.ts";
import { type Sign, vouchFor } from "../../../src/members/vouch.ts";
import { newDataKey } from "../../../src/seeds/file/data-key.ts";
import { assertThat, type Target } from "../target.ts";

const bytesOf = (word: string) => (length: number) =>
  Uint8Array.from(createHash("shake256", { outputLength: length }).update(word).digest());

/** The key of a computer, always the same: PKCS #8 (RFC 8410, section 7) is a fixed head and the seed. */
function signerOf(word: string): { signer: string; sign: Sign } {
  const head = Buffer.from("302e020100300506032b657004220420", "hex");
  const der = Buffer.concat([head, bytesOf(word)(32)]);
  const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const x = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-32);
  const ssh = Buffer.concat([Buffer.from("0000000b7373682d6564323535313900000020", "hex"), x]);
  return {
    signer: `ssh-ed25519 ${ssh.toString("base64")}`,
    sign: (text) => sign(null, Buffer.from(text), secret).toString("base64"),
  };
}

const [alice, bob] = [signerOf("alice"), signerOf("bob")];
const STORE = "5".repeat(32);
const oldKey = newDataKey(bytesOf("before"), STORE);
const newKey = newDataKey(bytesOf("after"), STORE);
const RECIPIENT = `age1${"q".repeat(58)}`;

const one: List = {
  store: oldKey.store,
  number: 1,
  before: null,
  key: oldKey.id,
  by: "alice/desk",
  at: "2026-01-31T12:00:00.000Z",
  members: [{ name: "alice/desk", signer: alice.signer }],
  slots: [{ kind: "raw-key", sha256: "a".repeat(64) }],
};
const first = entryOf(one, oldKey.bytes);
const second = entryOf(
  {
    ...one,
    number: 2,
    before: first.hash,
    members: [
      ...one.members,
      { name: "bob/laptop", recipient: RECIPIENT, signer: bob.signer, slot: "b".repeat(64) },
      { name: "ci", recipient: RECIPIENT, slot: "c".repeat(64) },
    ],
  },
  oldKey.bytes,
);
const third = entryOf(
  { ...second.entry, number: 3, before: second.hash, key: newKey.id },
  oldKey.bytes,
  newKey.bytes,
);

function entryOf(list: List, mac: Uint8Array, newMac?: Uint8Array): ReadEntry {
  return parseEntry(formatEntry(vouchFor(list, mac, newMac, alice.sign)));
}

const ENTRIES = [first, second, third];
/** With all keys, with the one before the change alone, and with none. */
const KEYS: readonly ReadonlyMap<string, Uint8Array>[] = [
  new Map([
    [oldKey.id, oldKey.bytes],
    [newKey.id, newKey.bytes],
  ]),
  new Map([[oldKey.id, oldKey.bytes]]),
  new Map(),
];

const entry: Target = {
  name: "members-entry",
  refusals: [ExitCode.unreadable],
  async samples() {
    return ENTRIES.map(({ entry, text }) => ({ name: String(entry.number), bytes: Buffer.from(text) }));
  },
  async take(input, { name, bytes }) {
    const read = parseEntry(input.toString());
    assertThat(formatEntry(read.entry) === input.toString(), "an entry has two texts");
    const isSame = input.equals(bytes);
    const own = ENTRIES.filter(({ entry }) => String(entry.number) !== name);
    for (const keys of KEYS)
      for (const pinned of ENTRIES.filter(({ entry }) => entry.number < Number(name))) {
        const memory = memoryOf(pinned);
        const standing = accept({ memory, awaited: [] }, [...own, read], (id) => keys.get(id));
        const isIn = standing.path.some(({ hash }) => hash === read.hash);
        assertThat(isIn || !isSame, "an entry of a member was left out");
        assertThat(isSame || !isIn, "a change of an entry was taken in");
        assertThat(isSame || standing.checked?.hash !== read.hash, "a change of an entry was checked");
      }
    // To choose by its words, a computer needs the words of just this text.
    const chosen = accept({ memory: undefined, awaited: [first.hash.slice(0, 20)] }, [read], () => undefined);
    assertThat(!isSure(chosen) || read.hash === first.hash, "an entry with other words was chosen");
    return { outcome: isSame ? "read" : "read, and not taken in" };
  },
};

const line: Target = {
  name: "member-line",
  refusals: [],
  async samples() {
    return [
      { name: "bob/laptop", recipient: RECIPIENT, signer: bob.signer },
      { name: "ci", recipient: RECIPIENT },
      { name: "alice", signer: alice.signer },
    ].map((member) => ({ name: member.name, bytes: Buffer.from(formatMemberLine(member)) }));
  },
  async take(input, { bytes }) {
    const read = attempt(() => parseMemberLine(input.toString()));
    if (read instanceof UserError) return { outcome: "refused", said: [read.message, ...read.hints] };
    const wanted = parseMemberLine(bytes.toString());
    assertThat(JSON.stringify(read) === JSON.stringify(wanted), "a change of a line was not noticed");
    return { outcome: "read" };
  },
};

export const memberTargets: readonly Target[] = [entry, line];
