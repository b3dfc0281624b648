/**
 * Gets every seed out of a file store with nothing but Node, written from src/seeds/FORMAT.md alone:
 *
 *     TWINSEED_PASSPHRASE=… node standalone-decrypt.mjs FOLDER      (or TWINSEED_KEY=…)
 */
import { createDecipheriv, scryptSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const folder = process.argv[2];
const { TWINSEED_PASSPHRASE, TWINSEED_KEY } = process.env;

const filesIn = (name) =>
  readdirSync(`${folder}/${name}`)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(`${folder}/${name}/${file}`, "utf8")));

function open(key, header, { nonce, sealed }) {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAAD(Buffer.from(header, "ascii"));
  decipher.setAuthTag(bytes.subarray(bytes.length - 16));
  return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - 16)), decipher.final()]);
}

function dataKeyFrom(slot) {
  if (slot.kind === "raw-key" && TWINSEED_KEY)
    return open(Buffer.from(TWINSEED_KEY, "base64"), `twinseed key v1 raw-key ${slot.key}`, slot);
  if (slot.kind === "passphrase" && TWINSEED_PASSPHRASE) {
    const { N, r, p, salt } = slot.kdf;
    const passphrase = TWINSEED_PASSPHRASE.normalize("NFC").trim();
    const options = { N, r, p, maxmem: 256 * N * r };
    const key = scryptSync(passphrase, Buffer.from(salt, "base64"), 32, options);
    return open(key, `twinseed key v1 passphrase ${slot.key} scrypt ${N} ${r} ${p} ${salt}`, slot);
  }
  return undefined;
}

const dataKeys = new Map();
for (const slot of filesIn("keys")) {
  const dataKey = dataKeyFrom(slot);
  if (dataKey) dataKeys.set(slot.key, dataKey);
}
for (const seed of filesIn("seeds")) {
  const uri = open(dataKeys.get(seed.key), `twinseed seed v1 ${seed.id} ${seed.key}`, seed);
  console.log(`${seed.id} ${uri.toString("utf8")}`);
}
