import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foreignText } from "../../src/formats/foreign-file.ts";
import type { Part } from "../../src/formats/format.ts";
import { google } from "../../src/formats/google.ts";
import {
  batchIdOf,
  formatMigration,
  missingParts,
  readMigrationUri,
  reasonToOmitFromGoogle,
} from "../../src/formats/google-migration.ts";
import { type Enrollment, sameCodes } from "../../src/otp/enrollment.ts";
import { aws, bank, counting, github, key, odd, steam } from "../helpers/accounts.ts";
import { enrollments } from "../helpers/arbitraries.ts";

const DATA = "Ci0KCkhlbGxvId6tvu8SEGFsaWNlQGdvb2dsZS5jb20aB0V4YW1wbGUgASgBMAIQARgBIAAoAQ==";
const VECTOR = `otpauth-migration://offline?data=${encodeURIComponent(DATA)}`;
const alice: Enrollment = {
  issuer: "Example",
  label: "alice@google.com",
  otp: { type: "totp", algorithm: "SHA1", digits: 6, period: 30 },
  secret: key("JBSWY3DPEHPK3PXP"),
};
const fields = ({ issuer, label, otp }: Enrollment) => ({ issuer, label, otp });

async function read(uris: readonly string[]): Promise<Enrollment[]> {
  const readings = await Promise.all(uris.map(readMigrationUri));
  expect(readings.flatMap(({ skipped }) => skipped)).toEqual([]);
  return readings.flatMap(({ entries }) => entries.map(({ enrollment }) => enrollment));
}

describe("the known vector", () => {
  it("is written", async () => {
    expect(await formatMigration([alice], { perCode: 10, batchId: 1 })).toEqual([VECTOR]);
  });
  it.each([
    ["as it is", VECTOR],
    ["without percent-encoding", `otpauth-migration://offline?data=${DATA}`],
    ["without padding", VECTOR.replaceAll("%3D", "")],
    ["after zbarimg's prefix, and in capitals", VECTOR.replace("otpauth", "QR-Code:OTPAUTH")],
    ["with another parameter", `${VECTOR}&x=1`],
    [
      "encoded for URLs",
      `otpauth-migration://offline?data=${DATA.replaceAll("+", "-").replaceAll("/", "_")}`,
    ],
  ])("is read %s", async (_, uri) => {
    const [one, ...others] = await read([uri]);
    expect(others).toEqual([]);
    expect(one && fields(one)).toEqual(fields(alice));
    expect(one && sameCodes(one, alice)).toBe(true);
  });
});

const whatFits = fc
  .record({ base: enrollments(), digits: fc.constantFrom(6, 8) })
  .map(({ base, digits }): Enrollment => {
    const { otp } = base;
    if (otp.type === "steam") return { ...base, otp: alice.otp };
    return { ...base, otp: otp.type === "totp" ? { ...otp, digits, period: 30 } : { ...otp, digits } };
  });

it("passes over fields of later versions, in an account and beside it", async () => {
  const bytes = Buffer.from(DATA, "base64");
  const [length = 0] = bytes.subarray(1);
  // Field 15 as a number, field 14 as bytes that would be fields of their own.
  const later = Buffer.from([0x78, 0x05, 0x72, 0x03, 0x10, 0x20, 0x30]);
  const entry = Buffer.concat([later, bytes.subarray(2, 2 + length), later]);
  const whole = Buffer.concat([later, Buffer.from([0x0a, entry.length]), entry, bytes.subarray(2 + length)]);
  const uri = `otpauth-migration://offline?data=${encodeURIComponent(whole.toString("base64"))}`;
  expect((await read([uri])).map(fields)).toEqual([fields(alice)]);
});

it("a round trip of whatever can be held, in any number of codes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(whatFits, { maxLength: 12 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      async (accounts, perCode, batchId) => {
        const uris = await formatMigration(accounts, { perCode, batchId });
        expect(uris).toHaveLength(Math.ceil(accounts.length / perCode));
        for (const uri of uris) expect(uri).toMatch(/^otpauth-migration:\/\/offline\?data=[A-Za-z0-9%]+$/);
        const back = await read(uris);
        expect(back.map(fields)).toEqual(accounts.map(fields));
        const same = back.map(({ secret }, i) => accounts[i]?.secret.equals(secret));
        expect(same).toEqual(accounts.map(() => true));
      },
    ),
    { numRuns: 200 },
  );
});

it("parts: of one batch, from 0, with one negative number", async () => {
  const uris = await formatMigration([alice, github, aws], { perCode: 1, batchId: -5 });
  const parts = (await Promise.all(uris.map(readMigrationUri))).flatMap((reading) => reading.parts ?? []);
  expect(parts).toEqual([0, 1, 2].map((index) => ({ batch: "-5/3", size: 3, index })));
  expect((await readMigrationUri(VECTOR)).parts).toEqual([]);
});

describe("missing parts", () => {
  const part = (index: number, size = 3, batch = "1"): Part => ({ batch, size, index });
  it.each<[string, Part[], string[]]>([
    ["none", [part(1), part(0), part(2), part(1)], []],
    ["one", [part(0), part(2)], ["part 2 of 3 is missing"]],
    ["two", [part(1)], ["part 1 of 3 is missing", "part 3 of 3 is missing"]],
    [
      "two batches",
      [part(0), part(1, 2, "2")],
      [2, 3].map((n) => `part ${n} of 3 is missing`).concat("part 1 of 2 is missing"),
    ],
    ["counted from 1", [part(1), part(2), part(3)], []],
    ["counted from 1, one missing", [part(1), part(3)], ["part 2 of 3 is missing"]],
    ["an absurd number", [part(0, 2 ** 31 - 1)], ["2147483646 of 2147483647 parts are missing"]],
  ])("%s", (_, parts, sentences) => {
    expect(missingParts(parts)).toEqual(sentences);
  });
});

it("what the app can't hold", () => {
  expect([alice, github, aws, counting].map(reasonToOmitFromGoogle)).toEqual(Array(4).fill(undefined));
  expect([steam, bank, odd].map(reasonToOmitFromGoogle)).toEqual([
    expect.stringContaining("Steam"),
    expect.stringContaining("period is 60 s"),
    expect.stringContaining("period is 7 s"),
  ]);
  const otp = { type: "totp", algorithm: "SHA1", digits: 7, period: 30 } as const;
  expect(reasonToOmitFromGoogle({ ...alice, otp })).toContain("7 digits");
});

it("a batch's number is never 0, which some apps refuse, and takes four bytes at most", () => {
  expect(batchIdOf((bytes) => new Uint8Array(bytes))).not.toBe(0);
  expect(batchIdOf(() => Uint8Array.from([255, 255, 255, 254]))).toBe(0x0ffffffe);
});

it("the writer: a code's text a line, ten accounts in each", async () => {
  const options = { random: (bytes: number) => new Uint8Array(bytes).fill(7), now: 0 };
  const text = String(await google.writer?.write(Array(12).fill(github), options));
  expect(text.split("\n")).toHaveLength(3);
  expect(google.detect(foreignText("x", text))).toBe(true);
  expect((await google.read(foreignText("x", text), async () => "")).entries).toHaveLength(12);
});

it.each(["", "hello", "# x", "otpauth://totp/a?secret=GEZDGNBV", `${VECTOR}\nhello`])(
  "%j is another format",
  (text) => {
    expect(google.detect(foreignText("x", text))).toBe(false);
  },
);

describe("damage", () => {
  it("never throws, and never quotes", async () => {
    const bytes = Buffer.from(DATA, "base64");
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.nat(255),
        fc.nat(bytes.length),
        async (at, byte, length) => {
          const broken = Buffer.from(bytes)
            .fill(byte, at, at + 1)
            .subarray(0, length);
          const uri = `otpauth-migration://offline?data=${encodeURIComponent(broken.toString("base64"))}`;
          const { skipped } = await readMigrationUri(uri);
          expect(JSON.stringify(skipped.map(({ reason }) => reason))).not.toMatch(/Hello|JBSW/);
        },
      ),
      { numRuns: 500 },
    );
  });
  it.each([
    ["nothing", ""],
    ["no base64", "!!!"],
    ["a bad escape", "%GG"],
    ["more than 64 KiB", "A".repeat(90_000)],
  ])("%s", async (_, data) => {
    const { entries, skipped } = await readMigrationUri(`otpauth-migration://offline?data=${data}`);
    expect(entries).toEqual([]);
    expect(skipped).toEqual([{ at: "", who: "", reason: expect.stringContaining("damaged") }]);
  });
});
