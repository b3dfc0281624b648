/** Data folders to measure with. */
import { randomBytes } from "node:crypto";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./measure.mjs";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const TWINSEED = join(ROOT, "bin/twinseed.js");
export const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // RFC 6238's
export const URI = `otpauth://totp/Example:alice?secret=${KEY}&issuer=Example`;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The environment of a data folder that has a store and the accounts of otpauth URIs, one a line. */
export function enrolled(home, env, uris = URI) {
  const complete = { ...env, TWINSEED_HOME: home };
  const file = `${home}.txt`;
  writeFileSync(file, uris);
  run({ command: ["node", TWINSEED, "import", file, "--yes"], env: complete });
  return complete;
}

/** Accounts of random seeds, one otpauth URI a line. */
export function uris(count) {
  return Array.from({ length: count }, (_, i) => {
    const key = Array.from(randomBytes(32), (byte) => ALPHABET[byte & 31]).join("");
    return `otpauth://totp/Service%20${i}:alice?secret=${key}&issuer=Service%20${i}\n`;
  }).join("");
}

/** A data folder with accounts on five devices each. Their seeds are not there: for what reads the ledger alone. */
export function ledgerOf(count, home, sample) {
  cpSync(sample, home, { recursive: true });
  const addedAt = new Date().toISOString();
  const id = (letter, i) =>
    letter.repeat(12) + [...String(i).padStart(4, "0")].map((c) => "abcdefghij"[c]).join("");
  const kinds = ["phone", "tablet", "computer", "hardware", "backup"];
  const devices = kinds.map((kind, i) => {
    return { id: id("d", i), name: `my ${kind}`, kind, addedAt, state: "active" };
  });
  writeFileSync(join(home, "devices.json"), JSON.stringify({ version: 1, devices }));
  const [first] = readdirSync(join(home, "accounts"));
  const account = JSON.parse(readFileSync(join(home, "accounts", first), "utf8"));
  const copies = devices.map((device) => ({ device: device.id, addedAt })); // none confirmed: audit says so of each
  rmSync(join(home, "accounts", first));
  for (let i = 0; i < count; i++) {
    const one = { ...account, id: id("a", i), name: `Example ${i}:alice`, issuer: `Example ${i}`, copies };
    writeFileSync(join(home, "accounts", `${one.id}.json`), JSON.stringify(one, null, 2));
  }
  return home;
}
