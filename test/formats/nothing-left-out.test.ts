/**
 * Nothing is left out in silence: an otpauth URI in any text field of any file comes in, or is named, or the file as a whole is
 * refused. What is locked or packed is changed where it is opened.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { openForeignFile } from "../../src/formats/foreign-file.ts";
import type { Reading } from "../../src/formats/format.ts";
import { FORMATS, formatOf } from "../../src/formats/index.ts";
import { readWhole } from "../../src/formats/read-whole.ts";
import { looksLikeImage } from "../../src/images/image-header.ts";
import { parseBase32 } from "../../src/otp/base32.ts";
import type { Secret } from "../../src/otp/secret.ts";
import { learning } from "../fuzz/unsafe-derivations.ts";
import { times } from "../helpers/times.ts";
import { HOWS, type Planting, planted } from "./planted.ts";

/** Each opening of a lock costs time, even with stubbed key derivation. */
const MOST_FIELDS = times(12);
const MARKED = "MARKEDSEEDMARKEDSEEDMARKEDSEED22";
const markedSeed = Buffer.from(parseBase32(MARKED).reveal());

const hook = vi.hoisted(() => {
  const state: { change?: ((text: string) => string | undefined) | undefined; count: number } = { count: 0 };
  /** Only what is text, and more than a key. */
  const opened = (bytes: Uint8Array): Uint8Array => {
    if (state.change === undefined) return bytes;
    const text = Buffer.from(bytes).toString("utf8");
    if (!/^\s*[[{<]|\n/.test(text) || text.includes("\ufffd")) return bytes;
    const changed = state.change(text);
    if (changed === undefined) return bytes;
    state.count += 1;
    return Buffer.from(changed);
  };
  return { state, opened };
});

vi.mock("../../src/formats/derivations.ts", async (original) => {
  const real = await original<typeof import("../../src/formats/derivations.ts")>();
  const unsafe = await import("../fuzz/unsafe-derivations.ts");
  const known = new Map<string, Uint8Array>();
  const deriveAes = (...[block, key, rounds]: Parameters<typeof real.deriveAes>): Uint8Array => {
    const id = Buffer.concat([block, key]).toString("hex") + rounds;
    const derived = known.get(id) ?? real.deriveAes(Uint8Array.from(block), key, rounds);
    known.set(id, Uint8Array.from(derived));
    return Uint8Array.from(derived);
  };
  return { ...unsafe, deriveAes };
});
vi.mock("../../src/formats/kdf.ts", async (original) => {
  const real = await original<typeof import("../../src/formats/kdf.ts")>();
  const through = (bytes: Buffer | undefined) => bytes && Buffer.from(hook.opened(bytes));
  return {
    ...real,
    openGcm: (...args: Parameters<typeof real.openGcm>) => through(real.openGcm(...args)),
    openCbc: (...args: Parameters<typeof real.openCbc>) => through(real.openCbc(...args)),
  };
});
vi.mock("../../src/formats/secretstream.ts", async (original) => {
  const real = await original<typeof import("../../src/formats/secretstream.ts")>();
  return {
    ...real,
    async openSecretstream(...args: Parameters<typeof real.openSecretstream>) {
      const bytes = await real.openSecretstream(...args);
      return bytes && hook.opened(bytes);
    },
  };
});
vi.mock("../../src/formats/zip.ts", async (original) => {
  const real = await original<typeof import("../../src/formats/zip.ts")>();
  return {
    ...real,
    async readMember(...args: Parameters<typeof real.readMember>) {
      return hook.opened(await real.readMember(...args));
    },
    async *readMembers(...args: Parameters<typeof real.readMembers>) {
      for await (const { name, content } of real.readMembers(...args))
        yield { name, content: hook.opened(content) };
    },
  };
});
/** cotp's database. */
vi.mock("libsodium-wrappers", async (original) => {
  const { default: real } = await original<typeof import("libsodium-wrappers")>();
  const open = (...args: unknown[]) =>
    hook.opened(Reflect.apply(real.crypto_aead_xchacha20poly1305_ietf_decrypt, real, args));
  const get = (_: object, name: string | symbol) =>
    name === "crypto_aead_xchacha20poly1305_ietf_decrypt" ? open : Reflect.get(real, name);
  return { default: new Proxy({}, { get }) };
});
/** FreeOTP 2's map of JSON texts. */
vi.mock("../../src/formats/java-map.ts", async (original) => {
  const real = await original<typeof import("../../src/formats/java-map.ts")>();
  return {
    ...real,
    readJavaMap(bytes: Uint8Array) {
      const map = real.readJavaMap(bytes);
      return map && new Map([...map].map(([key, text]) => [key, hook.opened(Buffer.from(text)).toString()]));
    },
  };
});
/** The content of a KeePass database. */
vi.mock("../../src/formats/xml.ts", async (original) => {
  const real = await original<typeof import("../../src/formats/xml.ts")>();
  return {
    ...real,
    parseXml: (text: string) => real.parseXml(Buffer.from(hook.opened(Buffer.from(text))).toString()),
  };
});

const FOLDER = fileURLToPath(new URL("../fixtures/formats", import.meta.url));

interface Fixture {
  readonly id: string;
  readonly file: string;
  readonly password: string | undefined;
  readonly bytes: Buffer;
}

const fixtures: readonly Fixture[] = FORMATS.flatMap(({ id }) => {
  const expected = join(FOLDER, id, "expected.json");
  if (!existsSync(expected)) return [];
  const list: { file: string; password?: string; keyFile?: string; error?: string }[] = JSON.parse(
    readFileSync(expected, "utf8"),
  );
  return list
    .filter(({ error, keyFile }) => error === undefined && keyFile === undefined)
    .map(({ file, password }) => ({ id, file, password, bytes: readFileSync(join(FOLDER, id, file)) }))
    .filter(({ bytes }) => !looksLikeImage(bytes));
});

it("has all fixtures", () => {
  expect(new Set(fixtures.map(({ id }) => id)).size).toBe(readdirSync(FOLDER).length - 1); // "unreadable" has none
});

it.each(fixtures)(
  "$id/$file",
  async (fixture) => {
    await learning(() => read(fixture, fixture.bytes));
    const fields = await countFields(fixture);
    const step = Math.max(1, Math.floor(fields / MOST_FIELDS));
    const outcomes = new Map<string, string[]>();
    for (const [i, how] of HOWS.entries())
      for (let field = Math.floor((i * step) / 2); field < fields; field += step) {
        const outcome = await outcomeOf(fixture, { field, how });
        outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), `field ${field}, way ${i}`]);
      }
    expect(outcomes.get("silent")).toBeUndefined();
    if (fields > 0) expect(outcomes.get("imported")).not.toBeUndefined();
  },
  60_000,
);

async function outcomeOf(fixture: Fixture, planting: Planting): Promise<string> {
  try {
    const { entries, skipped } = await readChanged(fixture, planting);
    if (entries.some(({ enrollment }) => isMarked(enrollment.secret))) return "imported";
    const isNamed = skipped.some(({ about }) => about !== undefined && textOf(about).includes(MARKED));
    return isNamed ? "named" : "silent";
  } catch (error) {
    if (error instanceof UserError) return "refused";
    throw error;
  }
}

/** A text file itself is changed; of any other file, what is opened in it. */
async function readChanged(fixture: Fixture, planting: Planting): Promise<Reading> {
  const text = isPlain(fixture) ? planted(fixture.bytes.toString("utf8"), planting) : undefined;
  if (text !== undefined) return read(fixture, Buffer.from(text));
  hook.state.change = (opened) => planted(opened, planting);
  try {
    return await read(fixture, fixture.bytes);
  } finally {
    hook.state.change = undefined;
  }
}

async function countFields(fixture: Fixture): Promise<number> {
  let most = 0;
  const count = (text: string): undefined => {
    let fields = 0;
    while (planted(text, { field: fields, how: (value) => value }) !== undefined) fields += 1;
    most = Math.max(most, fields);
  };
  if (isPlain(fixture)) count(fixture.bytes.toString("utf8"));
  else {
    hook.state.change = count;
    await read(fixture, fixture.bytes);
    hook.state.change = undefined;
  }
  return most;
}

/** A locked file is text, too, and holds nothing: what counts is in it. Only PSKC locks nothing but single values. */
function isPlain({ id, file, bytes, password }: Fixture): boolean {
  return (
    (password === undefined || id === "pskc") &&
    !file.endsWith(".encrypt") &&
    !bytes.toString("utf8").includes("\ufffd")
  );
}

async function read({ file: name, password = "" }: Fixture, bytes: Buffer): Promise<Reading> {
  const file = await openForeignFile(name, bytes);
  const format = formatOf(file);
  if (format === undefined) throw new UserError("no format knows this file", 5);
  return readWhole(format, file, async () => password);
}

function isMarked(secret: Secret): boolean {
  return Buffer.from(secret.reveal()).equals(markedSeed);
}

function textOf(about: Secret): string {
  return Buffer.from(about.reveal()).toString("utf8");
}
