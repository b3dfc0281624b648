/**
 * Files that mean harm, or were harmed: a clear error (exit 5) or what is left of them; never a crash, a long wait, or a seed
 * in a message. Damage is done to our own fixtures, and to the corpus where it is there.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { readBytes } from "./reading.ts";

/** TWINSEED_FLIPS=2000 is the whole of it, a minute or two; bench/README.md has a record. */
const FLIPS = Number(process.env.TWINSEED_FLIPS ?? 100);
const isWhole = process.env.TWINSEED_FLIPS !== undefined;
const CUTS = 3;
/** Made to be slow: every attempt takes a second. */
const SLOW = /argon2id-many-threads\.kdbx|strong\.authpro/;
/** Of processor time, in seconds: other work on the computer does not count. */
const LONGEST = 5;

interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  readonly password: string | null;
}

const OWN = fileURLToPath(new URL("../fixtures/formats", import.meta.url));
const CORPUS = fileURLToPath(new URL("../../../shared/corpus/formats", import.meta.url));

function ownSamples(): Sample[] {
  return readdirSync(OWN).flatMap((id) => {
    const list: { file: string; password?: string }[] = JSON.parse(
      readFileSync(join(OWN, id, "expected.json"), "utf8"),
    );
    return list.map(({ file, password = null }) => ({
      name: `${id}/${file}`,
      bytes: readFileSync(join(OWN, id, file)),
      password,
    }));
  });
}

/** The largest are left out: what damage does to them is shown by small ones. */
const samples = ownSamples().filter(({ name, bytes }) => bytes.length < 100_000 && !SLOW.test(name));

/** What came of it: "read", or the message. Throws for anything but a UserError with exit 5, and for long waits. */
async function outcome({ name, bytes, password }: Sample): Promise<string> {
  const begin = process.cpuUsage();
  try {
    await readBytes(name, bytes, password ?? "none");
    return "read";
  } catch (error) {
    if (error instanceof Error && error.message === "no format knows this file") return "unknown";
    if (!(error instanceof UserError)) throw new Error(`${name}: ${String(error)}`, { cause: error });
    expect(error.exitCode).toBe(5);
    expect(`${error.message} ${error.hints.join(" ")}`).not.toMatch(/[A-Z2-7]{16}/);
    return error.message;
  } finally {
    expect(process.cpuUsage(begin).user / 1_000_000).toBeLessThan(LONGEST);
  }
}

/** Always the same, so that a failure can be looked at. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("damage", () => {
  it("cut off at multiples of 64 bytes", async () => {
    for (const sample of samples) {
      const all = Math.ceil(sample.bytes.length / 64);
      const step = isWhole ? 1 : Math.max(1, Math.floor(all / CUTS));
      for (let cut = 0; cut < all; cut += step)
        await outcome({ ...sample, bytes: sample.bytes.subarray(0, cut * 64) });
    }
  });

  it(`one byte changed, ${FLIPS} times`, async () => {
    const next = chance(1);
    for (let i = 0; i < FLIPS; i++) {
      const sample = samples[i % samples.length];
      if (sample === undefined) throw new Error("no fixtures");
      const bytes = Buffer.from(sample.bytes);
      const at = Math.floor(next() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(next() * 255));
      await outcome({ ...sample, bytes });
    }
  });

  it.skipIf(!existsSync(CORPUS))("one byte changed in files of the corpus, where it is there", async () => {
    const list: { file: string; password: string | null; bytes: number }[] = JSON.parse(
      readFileSync(join(CORPUS, "expected.json"), "utf8"),
    );
    const next = chance(2);
    for (const { file, password } of list.filter(({ bytes }) => bytes > 0 && bytes < 20_000)) {
      if (/ente\.encrypted/.test(file)) continue; // 1 GiB of Argon2
      const bytes = readFileSync(join(CORPUS, file));
      const at = Math.floor(next() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ 0x55;
      await outcome({ name: file, bytes, password });
    }
  });
});

describe("attacks", () => {
  const sample = (text: string | Buffer): Sample => ({
    name: "attack",
    bytes: Buffer.from(text),
    password: null,
  });

  it("brackets without end", async () => {
    await outcome(sample("[".repeat(60 * 1024 * 1024)));
    await outcome(sample(`{"a":`.repeat(1_000_000)));
    await outcome(sample(`[${"[],".repeat(2_000_000)}[]]`));
  });

  it("more text than any export has", async () => {
    expect(await outcome(sample(Buffer.alloc(200 * 1024 * 1024, "otpauth://totp/a?secret=AA\n")))).toContain(
      "larger than 64 MiB",
    );
    await outcome(sample(Buffer.alloc(6 * 1024 * 1024, "otpauth://totp/a?secret=AA\n")));
    await outcome(sample("a,b,totp\n".repeat(500_000)));
    await outcome(sample(`<map>${"<string>".repeat(1_000_000)}`));
    await outcome(sample(`<KeePassFile>${"<Group>".repeat(400_000)}`));
  });

  it("XML entities that multiply", async () => {
    const entities = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`);
    const xml = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "boom">${entities.join("")}]>`;
    await outcome(sample(`${xml}<KeePassFile><Root><Group><Name>&e20;</Name></Group></Root></KeePassFile>`));
    await outcome(sample(`${xml}<map><string name="a">&e20;</string></map>`));
  });

  it("a zip that unpacks to gigabytes", async () => {
    for (const name of ["export.data", "raivo-otp-export.json"]) await outcome(sample(bomb(name)));
  });

  it("key derivation that would take all memory or all day", async () => {
    const slot = {
      type: 1,
      key: "00".repeat(32),
      key_params: { nonce: "00".repeat(12), tag: "00".repeat(16) },
      salt: "00".repeat(32),
    };
    const aegis = (costs: object) =>
      JSON.stringify({
        version: 1,
        header: { slots: [{ ...slot, ...costs }], params: { nonce: "00", tag: "00" } },
        db: "AAAA",
      });
    for (const costs of [
      { n: 2 ** 30, r: 8, p: 1 },
      { n: 2 ** 20, r: 16, p: 4 },
      { n: 32_768, r: 2 ** 20, p: 1 },
      { n: -1, r: 8, p: 1 },
      { n: "32768", r: 8, p: 1 },
    ]) {
      expect(await outcome({ ...sample(aegis(costs)), password: "x" })).toContain("cost");
    }
    const ente = JSON.stringify({
      version: 1,
      kdfParams: { memLimit: 2 ** 40, opsLimit: 4, salt: "AAAAAAAAAAAAAAAAAAAAAA==" },
      encryptedData: "AAAA",
      encryptionNonce: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    });
    expect(await outcome({ ...sample(ente), password: "x" })).toContain("cost");
  });

  it("keys that are part of every object", async () => {
    const text = `{"version":1,"header":{"slots":null,"params":null},"__proto__":{"polluted":true},"db":{"version":3,"entries":[{"type":"totp","name":"a","issuer":"b","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"info":{"secret":"GEZDGNBV","algo":"SHA1","digits":6,"period":30,"__proto__":{"secret":"x"}}}]}}`;
    expect(await outcome(sample(text))).toBe("read");
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

/** One member that says it has 100 bytes, and has 256 MiB. */
function bomb(name: string): Buffer {
  const data = deflateRawSync(Buffer.alloc(256 * 1024 * 1024));
  const file = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(100, 22);
  local.writeUInt16LE(file.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(20, 6);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(data.length, 20);
  central.writeUInt32LE(100, 24);
  central.writeUInt16LE(file.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + file.length, 12);
  end.writeUInt32LE(30 + file.length + data.length, 16);
  return Buffer.concat([local, file, data, central, file, end]);
}
