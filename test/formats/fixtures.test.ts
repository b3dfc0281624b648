/**
 * Our own files of each format, test/fixtures/formats/<format's id>/: expected.json says what is in each. All seeds are
 * made up here. Damage is done to each of them: a clear error or what is left, never a crash.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { WrongPassphrase } from "../../src/formats/faults.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { readBytes } from "./reading.ts";

interface Fixture {
  readonly file: string;
  readonly password?: string;
  /** What opens it, next to the password. */
  readonly keyFile?: string;
  /** In file order, as formatOtpauthUri writes them. */
  readonly uris: readonly string[];
  /** "entry 3: reason" */
  readonly skipped?: readonly string[];
  /** A part of the message, where the file as a whole is refused. */
  readonly error?: string;
}

const FOLDER = fileURLToPath(new URL("../fixtures/formats", import.meta.url));
const folders = readdirSync(FOLDER).sort();
const fixtures = folders.flatMap((id) => {
  const list: Fixture[] = JSON.parse(readFileSync(join(FOLDER, id, "expected.json"), "utf8"));
  return list.map((fixture) => ({ id, ...fixture, bytes: readFileSync(join(FOLDER, id, fixture.file)) }));
});

it("every format has a fixture", () => {
  const without = FORMATS.filter(({ id }) => !existsSync(join(FOLDER, id, "expected.json")));
  expect(without.map(({ id }) => id)).toEqual([]);
});

it("every fixture belongs to a format and is listed", () => {
  expect(folders.filter((id) => !FORMATS.some((format) => format.id === id))).toEqual([]);
  for (const id of folders) {
    const files = readdirSync(join(FOLDER, id)).filter((name) => name !== "expected.json");
    const own = fixtures.filter((one) => one.id === id).flatMap(({ file, keyFile }) => [file, keyFile]);
    expect(files.filter((name) => !own.includes(name))).toEqual([]);
  }
});

describe.each(fixtures)("$id/$file", ({ id, file, bytes, password = null, uris, skipped = [], ...rest }) => {
  it("is read", async () => {
    const { keyFile, error } = rest;
    const key = keyFile === undefined ? undefined : readFileSync(join(FOLDER, id, keyFile));
    if (error !== undefined) {
      await expect(readBytes(file, bytes, password, key)).rejects.toThrow(error);
      return;
    }
    const reading = await readBytes(file, bytes, password, key);
    expect(reading.format).toBe(id);
    expect(reading.entries.map(({ enrollment }) => formatOtpauthUri(enrollment))).toEqual(uris);
    expect(reading.skipped.map(({ at, reason }) => `${at}: ${reason}`)).toEqual(skipped);
  });
});

const locked = fixtures.filter(({ password, error }) => password !== undefined && error === undefined);

it.each(locked)("$id/$file: a wrong password is said to be one", async ({ file, bytes }) => {
  await expect(readBytes(file, bytes, "certainly not")).rejects.toThrow(WrongPassphrase);
});
