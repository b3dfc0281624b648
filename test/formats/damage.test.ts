/** Every fixture, cut short and with bytes changed: a clear error or what is left, never a crash. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { readBytes } from "./reading.ts";

const FOLDER = fileURLToPath(new URL("../fixtures/formats", import.meta.url));
/** Made to be slow: every attempt takes seconds. */
const SLOW = ["argon2id-many-threads.kdbx", "strong.authpro"];
const files = readdirSync(FOLDER).flatMap((id) =>
  readdirSync(join(FOLDER, id))
    .filter((name) => name !== "expected.json" && !SLOW.includes(name))
    .map((name) => join(id, name)),
);

it.each(files)("%s", async (file) => {
  const bytes = readFileSync(join(FOLDER, file));
  for (const damaged of damages(bytes)) {
    const outcome = await readBytes(file, damaged, "open sesame").catch((error: unknown) => error);
    if (!(outcome instanceof Error)) continue;
    if (outcome.message !== "no format knows this file") expect(outcome).toBeInstanceOf(UserError);
  }
});

function damages(bytes: Buffer): Buffer[] {
  const changed = [0.1, 0.4, 0.7].map((part) => {
    const copy = Buffer.from(bytes);
    const at = Math.floor(bytes.length * part);
    if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ 0x15;
    return copy;
  });
  const cut = [0.3, 0.9].map((part) => bytes.subarray(0, Math.floor(bytes.length * part)));
  // Values of another type wherever JSON has texts, numbers or lists.
  const text = bytes.toString("latin1");
  const mangled = [
    text.replaceAll(/: ?"[^"]*"/g, ": 7"),
    text.replaceAll(/: ?\d+/g, ': {"a": [null]}'),
    text.replaceAll(/: ?\[/g, ": [null, 1, [], "),
    text.replaceAll(/\{/g, '{"__proto__": 1, '),
  ].filter((one) => one !== text && /^\s*[[{<]/.test(text));
  return [...changed, ...cut, ...mangled.map((one) => Buffer.from(one, "latin1"))];
}
