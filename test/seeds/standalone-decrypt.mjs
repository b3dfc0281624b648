/**
 * Gets every seed out of a file store with nothing but Node, written from src/seeds/FORMAT.md alone:
 *
 *     TWINSEED_PASSPHRASE=… node standalone-decrypt.mjs FOLDER      (or TWINSEED_KEY=…)
 *     TWINSEED_DATA_KEY="$(age -d -i identity.txt FOLDER/keys/age-….age)" node standalone-decrypt.mjs FOLDER
 */
import { createDecipheriv, scryptSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const folder = process.argv[2];
const { TWINSEED_PASSPHRASE, TWINSEED_KEY, TWINSEED_DATA_KEY } = process.env;

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

const slots = filesIn("keys").flatMap((slot) => {
  if (slot.kind !== "rekey") return [slot];
  const inner = Object.entries(slot.files).filter(([name]) => /^keys\/.*\.json$/.test(name));
  return inner.map(([, text]) => JSON.parse(text));
});
const dataKeys = new Map();
if (TWINSEED_DATA_KEY) {
  const [, id, key] = /^twinseed data key v1 (\S+) (\S+)$/.exec(TWINSEED_DATA_KEY.trim());
  dataKeys.set(id, Buffer.from(key, "base64"));
}
for (const slot of slots) {
  const dataKey = dataKeyFrom(slot);
  if (dataKey) dataKeys.set(slot.key, dataKey);
}
for (let before = -1; before < dataKeys.size; ) {
  before = dataKeys.size;
  for (const { kind, key, by, ...sealed } of slots)
    if (kind === "old-key" && dataKeys.has(by))
      dataKeys.set(key, open(dataKeys.get(by), `twinseed key v1 old-key ${key} ${by}`, sealed));
}
for (const seed of filesIn("seeds")) {
  const uri = open(dataKeys.get(seed.key), `twinseed seed v1 ${seed.id} ${seed.key}`, seed);
  console.log(`${seed.id} ${uri.toString("utf8")}`);
}
