/** The file store: a change of anything that matters is always noticed; any other change has no effect. */
import { createHash } from "node:crypto";
import { attempt, ExitCode, UserError } from "../../../src/base/errors.ts";
import { parseFields } from "../../../src/base/untrusted-json.ts";
import type { Standing } from "../../../src/members/accept.ts";
import { openAgeSlots, sealForRecipient } from "../../../src/seeds/file/age-slots.ts";
import { type DataKey, newDataKey } from "../../../src/seeds/file/data-key.ts";
import { openSlots } from "../../../src/seeds/file/data-keys.ts";
import { mergeSealedFiles } from "../../../src/seeds/file/merge-sealed.ts";
import { sealedFileStore } from "../../../src/seeds/file/sealed-file.ts";
import { parseSlot } from "../../../src/seeds/file/slot-file.ts";
import { makeSlot, type OwnOpener, slotsIn } from "../../../src/seeds/file/slots.ts";
import { textOf } from "../../../src/seeds/seed-text.ts";
import { aws, bank } from "../../helpers/accounts.ts";
import { memoryFolder } from "../../helpers/memory-folder.ts";
import { assertThat, type Sample, type Target } from "../target.ts";

const bytesOf = (word: string) => (length: number) =>
  Uint8Array.from(createHash("shake256", { outputLength: length }).update(word).digest());
const dataKey: DataKey = newDataKey(bytesOf("key"));
const SEEDS = { abc2: aws, xyz7: bank } as const;

async function sealedFiles(): Promise<readonly Sample[]> {
  const folder = memoryFolder();
  let count = 0;
  const store = sealedFileStore(folder, dataKey, (length) => bytesOf(`nonce ${count++}`)(length));
  for (const [id, seed] of Object.entries(SEEDS)) await store.put(id, seed);
  return Object.keys(SEEDS).map((id) => {
    return { name: id, bytes: Buffer.from(folder.files.get(`seeds/${id}.json`) ?? "") };
  });
}

/** Everything except white space, order, and fields that no code reads. */
function countsIn(text: Buffer, ...names: readonly string[]): string {
  const fields = parseFields(text.toString());
  return JSON.stringify(names.map((name) => fields[name] ?? null));
}

const sealed: Target = {
  name: "sealed-seed",
  refusals: [ExitCode.failed, ExitCode.locked],
  samples: sealedFiles,
  async take(input, { name: id, bytes }) {
    const isSame =
      countsIn(input, "version", "id", "key", "nonce", "sealed") ===
      countsIn(bytes, "version", "id", "key", "nonce", "sealed");
    const folder = memoryFolder({ [`seeds/${id}.json`]: input.toString() });
    const store = sealedFileStore(folder, dataKey, bytesOf("unused"));
    const seed = await store.get(id);
    assertThat(isSame, "a change was not noticed");
    assertThat(textOf(id, seed) === textOf(id, SEEDS[id as keyof typeof SEEDS]), "another seed");
    return { outcome: "read" };
  },
};

const openers: Readonly<Record<string, OwnOpener>> = {
  "raw-key": { kind: "raw-key", key: bytesOf("raw")(32) },
  passphrase: { kind: "passphrase", passphrase: "open sesame" },
};
function slotCounts(text: Buffer): string {
  const kdf = Buffer.from(JSON.stringify(parseFields(text.toString()).kdf ?? {}));
  return (
    countsIn(text, "version", "kind", "store", "key", "nonce", "sealed") +
    countsIn(kdf, "name", "N", "r", "p", "salt")
  );
}

/** A higher cost would only take longer, with the same result: the requested cost is authenticated. */
const CHEAP = 2 ** 16;

const slot: Target = {
  name: "slot",
  refusals: [],
  async samples() {
    const made = Object.entries(openers).map(async ([name, opener]) => {
      const { text } = await makeSlot(dataKey, opener, bytesOf(name), { N: 2, r: 1, p: 1 });
      return { name, bytes: Buffer.from(text) };
    });
    return Promise.all(made);
  },
  async take(input, { name, bytes }) {
    const slots = slotsIn([["keys/slot.json", () => input.toString()]]);
    const costs = slots.usable.map((one) =>
      one.kind === "passphrase" ? one.kdf.N * one.kdf.r * one.kdf.p : 0,
    );
    if (costs.some((cost) => cost > CHEAP)) return { outcome: "costly" };
    const opener = openers[name];
    const key = opener && (await openSlots(slots, opener));
    if (key === undefined) return { outcome: "refused", said: slots.faults };
    assertThat(slotCounts(input) === slotCounts(bytes), "a change was not noticed");
    assertThat(Buffer.from(key.bytes).equals(dataKey.bytes) && key.id === dataKey.id, "another key");
    return { outcome: "read" };
  },
};

const IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

const ageSlot: Target = {
  name: "age-slot",
  refusals: [],
  async samples() {
    const { identityToRecipient } = await import("age-encryption");
    return [
      {
        name: "slot",
        bytes: Buffer.from(await sealForRecipient(await identityToRecipient(IDENTITY), dataKey)),
      },
    ];
  },
  async take(input) {
    const age = [{ file: "keys/a.age", text: () => input.toString() }];
    const [key] = await openAgeSlots({ age, older: [] }, IDENTITY);
    if (key === undefined) return { outcome: "refused" };
    assertThat(Buffer.from(key.bytes).equals(dataKey.bytes) && key.id === dataKey.id, "another key");
    return { outcome: "read" };
  },
};

const NO_LIST: Standing = {
  path: [],
  checked: undefined,
  stop: undefined,
  ignored: [],
  memory: undefined,
};

/** A damaged file that comes through git never replaces a valid seed. */
const merge: Target = {
  name: "merge-sealed",
  refusals: [],
  samples: sealedFiles,
  async take(input, { name: id, bytes }) {
    const file = `seeds/${id}.json`;
    const sound = new Map([[file, bytes.toString()]]);
    const theirs = new Map([
      [file, input.toString()],
      [`keys/${id}.json`, input.toString()],
    ]);
    const files = mergeSealedFiles(sound, sound, theirs, NO_LIST);
    const merged = files.get(file);
    assertThat(merged !== undefined, "merging lost a seed");
    assertThat(files.size === 1, "a slot that no list names was taken in");
    const isTheirs = merged !== bytes.toString();
    assertThat(!isTheirs || typeof parseFields(merged).sealed === "string", "a damaged file won");
    return { outcome: isTheirs ? "theirs" : "ours" };
  },
};

/** The text of a slot alone, of any kind. */
const slotText: Target = {
  name: "slot-text",
  refusals: [],
  async samples() {
    const content = {
      nonce: Buffer.alloc(12).toString("base64"),
      sealed: Buffer.alloc(48).toString("base64"),
    };
    const { store, id: key } = dataKey;
    const old = { version: 2, kind: "old-key", store, key, by: "b".repeat(32), ...content };
    const first = { version: 1, kind: "raw-key", key: "1a2b3c4d", ...content };
    return [old, first].map((fields) => ({ name: fields.kind, bytes: Buffer.from(JSON.stringify(fields)) }));
  },
  async take(input) {
    const read = attempt(() => parseSlot("keys/slot.json", input.toString()));
    slotsIn([["keys/slot.json", () => input.toString()]]);
    if (read instanceof UserError) return { outcome: "refused", said: [read.message] };
    const ids = [read.store, read.keyId, ...(read.kind === "old-key" ? [read.by] : [])];
    assertThat(
      ids.every((id) => /^[0-9a-f]{32}$/.test(id)),
      "what is no id was read as one",
    );
    return { outcome: "read" };
  },
};

export const seedTargets: readonly Target[] = [sealed, slot, slotText, ageSlot, merge];
