/** Other people's export files, ../shared/corpus/formats beside the project's folder: never a part of it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeThen, readBytes } from "./reading.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/corpus/formats", import.meta.url));

interface Expected {
  readonly type: string;
  readonly issuer: string;
  readonly name: string;
  readonly secretHex: string;
  readonly secretHexAlt?: readonly string[] | string;
  readonly algo: string;
  readonly digits: number;
  readonly period?: number;
  readonly counter?: number;
  readonly code: string;
  readonly optional?: boolean;
  readonly trashed?: boolean;
  readonly alt?: readonly { readonly issuer: string; readonly name: string }[];
}

interface ExpectedFile {
  readonly file: string;
  readonly format: string;
  readonly password: string | null;
  readonly entries: readonly Expected[];
  readonly rejected?: readonly { readonly mayAccept?: boolean }[];
  readonly expectError?: string | null;
}

const files: ExpectedFile[] = existsSync(FOLDER)
  ? JSON.parse(readFileSync(join(FOLDER, "expected.json"), "utf8"))
  : [];

/** Recognized, and answered with what to do instead: databases of rooted phones. */
const ANSWERED = ["google-sqlite", "microsoft-sqlite", "stratum-sqlite"];
/** The manifest with its salt is a file beside it, which the corpus leaves out. */
const SALT_ELSEWHERE = ["steam-mafile-encrypted"];
/** An importer may strip zbarimg's prefix, and then finds one entry. */
const MAY_BE_READ = ["google-migration-text-invalid/test_export_wrong_prefix.txt"];

/**
 * Argon2 over 1 GiB, and KeePass databases of which a smaller one is here, or (the recycle bin) among our own fixtures:
 * `npm run corpus` reads them.
 */
const SLOW = [
  "ente-encrypted/ente.encrypted.json",
  "keepass-kdbx/keepass.big.kdbx",
  "keepass-kdbx/keepass.groups.kdbx",
  "keepass-kdbx/keepass.recyclebin.kdbx",
];

describe.skipIf(files.length === 0)("corpus of export files", () => {
  it.skip(`npm run corpus reads ${SLOW.join(", ")}`, () => {});

  it.each(files.filter(({ file }) => !SLOW.includes(file)))(
    "$file",
    async ({ file, format, password, entries, rejected = [], expectError }) => {
      const reading = readBytes(file, readFileSync(join(FOLDER, file)), password);
      if (MAY_BE_READ.includes(file)) {
        expect((await reading).entries.length).toBe(1);
      } else if (expectError || [...ANSWERED, ...SALT_ELSEWHERE].includes(format)) {
        const outcome = await reading.catch((error: unknown) => error);
        if (outcome instanceof UserError) expect(outcome.exitCode).toBe(5);
        else expect((outcome as Awaited<typeof reading>).entries).toEqual([]);
      } else {
        const { entries: found, skipped } = await reading;
        const left = found.map(({ enrollment }) => enrollment);
        for (const entry of entries) {
          const i = left.findIndex((one) => isSame(one, entry));
          if (i >= 0) left.splice(i, 1);
          else if (!entry.optional && !entry.trashed) expect(left.map(shown)).toContainEqual(entry);
        }
        const extra = rejected.filter(({ mayAccept }) => mayAccept).length;
        expect(left.slice(extra).map(shown)).toEqual([]);
        expect(skipped.length).toBeGreaterThanOrEqual(rejected.length - extra);
      }
    },
  );
});

function isSame(one: Enrollment, entry: Expected): boolean {
  const { otp, issuer, label, secret } = one;
  const hex = Buffer.from(secret.reveal()).toString("hex");
  const names = [{ issuer: entry.issuer, name: entry.name }, ...(entry.alt ?? [])];
  return (
    [entry.secretHex, ...[entry.secretHexAlt ?? []].flat()].includes(hex) &&
    names.some((alternative) => alternative.issuer === issuer && alternative.name === label) &&
    otp.type === entry.type &&
    otp.algorithm === entry.algo &&
    otp.digits === entry.digits &&
    (otp.type === "hotp" ? otp.counter === entry.counter : otp.period === entry.period) &&
    codeThen(one) === entry.code
  );
}

function shown({ issuer, label, otp, secret }: Enrollment) {
  return { issuer, name: label, ...otp, secretHex: Buffer.from(secret.reveal()).toString("hex") };
}
