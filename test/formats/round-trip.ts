/** Writes with a format's writer and reads the result with the same format: what is left out, and what comes back. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { type ForeignFile, foreignText, openForeignFile } from "../../src/formats/foreign-file.ts";
import type { Format, Writer } from "../../src/formats/format.ts";
import { formatOf } from "../../src/formats/index.ts";
import { readWhole } from "../../src/formats/read-whole.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { enrollments } from "../helpers/arbitraries.ts";

export const NOW = 1_111_111_111_000;

/** Lists with repeated seeds, too. */
export function enrollmentLists(): fc.Arbitrary<Enrollment[]> {
  return fc
    .tuple(fc.array(enrollments(), { maxLength: 4 }), fc.boolean())
    .map(([list, twice]) => (twice ? [...list, ...list.slice(0, 1)] : list));
}

/** Different bytes on each call, the same ones on each run. */
export function steadyRandom(): (bytes: number) => Uint8Array {
  let calls = 0;
  return (bytes) => {
    calls += 1;
    return createHash("shake256", { outputLength: bytes }).update(String(calls)).digest();
  };
}

export function accepted(writer: Writer, list: readonly Enrollment[]): Enrollment[] {
  const kept: Enrollment[] = [];
  for (const one of list) if (writer.reasonToOmit(one, kept) === undefined) kept.push(one);
  return kept;
}

/** Of a format that is text. */
export async function written(
  format: Format,
  list: readonly Enrollment[],
  passphrase?: string,
): Promise<string> {
  const content = await contentOf(format, list, passphrase);
  if (typeof content !== "string") throw new Error(`${format.id} is no text`);
  return content;
}

export async function contentOf(
  format: Format,
  list: readonly Enrollment[],
  passphrase?: string,
): Promise<string | Uint8Array> {
  if (format.writer === undefined) throw new Error(`${format.id} has no writer`);
  const secret = passphrase === undefined ? {} : { passphrase };
  return format.writer.write(list, { ...secret, random: steadyRandom(), now: NOW });
}

/** As `export` opens what it has written. */
export function exported(content: string | Uint8Array): ForeignFile | Promise<ForeignFile> {
  return typeof content === "string" ? foreignText("export", content) : openForeignFile("export", content);
}

export async function readBack(
  format: Format,
  content: string | Uint8Array,
  passphrase?: string,
): Promise<unknown[]> {
  const file = await exported(content);
  if (formatOf(file) !== format) throw new Error(`read as ${formatOf(file)?.id}`);
  const { entries, skipped } = await readWhole(format, file, async () => {
    if (passphrase === undefined) throw new Error("asked for a password");
    return passphrase;
  });
  if (skipped.length > 0) throw new Error(`skipped ${JSON.stringify(skipped)}`);
  return entries.map(({ enrollment }) => plain(enrollment));
}

/** The seed as hex: two secrets look alike to `toEqual`. */
export function plain({ secret, ...rest }: Enrollment) {
  return { ...rest, secret: Buffer.from(secret.reveal()).toString("hex") };
}
