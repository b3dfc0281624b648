/**
 * Files that mean harm, or were harmed: a clear error (exit 5) or what is left of them; never a crash, or a long wait.
 * test/fuzz has more.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { randomFrom } from "../helpers/parallel.ts";
import { times } from "../helpers/times.ts";
import { readBytes } from "./reading.ts";

/** Of processor time, in seconds: other work on the computer does not count. */
const LONGEST = 5;

/** What came of it: "read", or the message. Throws for anything but a UserError with exit 5, and for long waits. */
async function outcome(
  text: string | Buffer,
  password: string | null = null,
  name = "attack",
): Promise<string> {
  const begin = process.cpuUsage();
  try {
    await readBytes(name, Buffer.from(text), password);
    return "read";
  } catch (error) {
    if (error instanceof Error && error.message === "no format knows this file") return "unknown";
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(5);
    return error.message;
  } finally {
    expect(process.cpuUsage(begin).user / 1_000_000).toBeLessThan(LONGEST);
  }
}

it("brackets without end", async () => {
  await outcome("[".repeat(8 * 1024 * 1024));
  await outcome(`{"a":`.repeat(100_000));
  await outcome(`[${"[],".repeat(200_000)}[]]`);
});

it("more text than any export has", async () => {
  await outcome("otpauth://totp/a?secret=AA\n".repeat(30_000));
  await outcome("a,b,totp\n".repeat(100_000));
  await outcome(`<map>${"<string>".repeat(100_000)}`);
  await outcome(`<KeePassFile>${"<Group>".repeat(100_000)}`);
});

it("XML entities that multiply", async () => {
  const entities = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`);
  const xml = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "boom">${entities.join("")}]>`;
  await outcome(`${xml}<KeePassFile><Root><Group><Name>&e20;</Name></Group></Root></KeePassFile>`);
  await outcome(`${xml}<map><string name="a">&e20;</string></map>`);
});

it("key derivation whose costs are no numbers", async () => {
  const slot = {
    type: 1,
    key: "00".repeat(32),
    key_params: { nonce: "00".repeat(12), tag: "00".repeat(16) },
    salt: "00".repeat(32),
  };
  for (const n of [-1, 0, 1.5, "32768", null, 32_767]) {
    const header = { slots: [{ ...slot, n, r: 8, p: 1 }], params: { nonce: "00", tag: "00" } };
    expect(await outcome(JSON.stringify({ version: 1, header, db: "AAAA" }), "x")).toContain("cost");
  }
});

it("keys that are part of every object", async () => {
  const text = `{"version":1,"header":{"slots":null,"params":null},"__proto__":{"polluted":true},"db":{"version":3,"entries":[{"type":"totp","name":"a","issuer":"b","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"info":{"secret":"GEZDGNBV","algo":"SHA1","digits":6,"period":30,"__proto__":{"secret":"x"}}}]}}`;
  expect(await outcome(text)).toBe("read");
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

/** The whole of it in the long runs: 1,000 changes, and each 64th byte. */
describe("damage to the fixtures", () => {
  const FLIPS = times(100);
  const CUTS = times(1) > 1 ? Number.POSITIVE_INFINITY : 3;
  /** Made to be slow, every attempt takes a second; or large, which shows nothing that small ones do not. */
  const samples = fixtures().filter(
    ({ name, bytes }) => bytes.length < 100_000 && !/argon2id-many-threads\.kdbx|strong\.authpro/.test(name),
  );

  it("cut off at multiples of 64 bytes", async () => {
    for (const { name, bytes, password } of samples) {
      const all = Math.ceil(bytes.length / 64);
      for (let cut = 0; cut < all; cut += Math.max(1, Math.floor(all / CUTS)))
        await outcome(bytes.subarray(0, cut * 64), password, name);
    }
  });

  it(`one byte changed, ${FLIPS} times`, async () => {
    const random = randomFrom(1);
    for (let i = 0; i < FLIPS; i++) {
      const { name, bytes, password } = samples[i % samples.length] ?? { bytes: Buffer.of(0) };
      const changed = Buffer.from(bytes);
      const at = Math.floor(random() * changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 + Math.floor(random() * 255));
      await outcome(changed, password, name);
    }
  });
});

function fixtures(): { name: string; bytes: Buffer; password: string }[] {
  const folder = fileURLToPath(new URL("../fixtures/formats", import.meta.url));
  return readdirSync(folder).flatMap((id) => {
    const text = readFileSync(join(folder, id, "expected.json"), "utf8");
    const list: { file: string; password?: string }[] = JSON.parse(text);
    return list.map(({ file, password = "none" }) => ({
      name: `${id}/${file}`,
      bytes: readFileSync(join(folder, id, file)),
      password,
    }));
  });
}
