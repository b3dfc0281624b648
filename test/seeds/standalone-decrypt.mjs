/**
 * Gets every seed out of a file store with nothing but Node, written from src/seeds/FORMAT.md alone:
 *
 *     TWINSEED_PASSPHRASE=… node standalone-decrypt.mjs FOLDER      (or TWINSEED_KEY=…)
 *     TWINSEED_DATA_KEY="$(age -d -i identity.txt FOLDER/keys/age-….age)" node standalone-decrypt.mjs FOLDER
 *     TWINSEED_PASSPHRASE=… node standalone-decrypt.mjs --identity STATE/stores/STORE/identity.json
 */
import { createDecipheriv, createHash, scryptSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";

const [first, file] = process.argv.slice(2);
const { TWINSEED_PASSPHRASE, TWINSEED_KEY, TWINSEED_DATA_KEY } = process.env;

const fieldsOf = (path) => JSON.parse(readFileSync(path, "utf8"));
const filesIn = (name) =>
  readdirSync(`${first}/${name}`)
    .filter((one) => one.endsWith(".json"))
    .map((one) => fieldsOf(`${first}/${name}/${one}`));

function open(key, header, { nonce, sealed }) {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAAD(Buffer.from(header, "ascii"));
  decipher.setAuthTag(bytes.subarray(bytes.length - 16));
  return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - 16)), decipher.final()]);
}

function openWithPassphrase(start, fields) {
  const { N, r, p, salt } = fields.kdf;
  const passphrase = TWINSEED_PASSPHRASE.normalize("NFC").trim();
  const options = { N, r, p, maxmem: 256 * N * r };
  const key = scryptSync(passphrase, Buffer.from(salt, "base64"), 32, options);
  return open(key, `${start} scrypt ${N} ${r} ${p} ${salt}`, fields);
}

function dataKeyFrom(slot) {
  const header = `twinseed key v2 ${slot.kind} ${slot.store} ${slot.key}`;
  if (slot.kind === "raw-key" && TWINSEED_KEY) return open(Buffer.from(TWINSEED_KEY, "base64"), header, slot);
  if (slot.kind === "passphrase" && TWINSEED_PASSPHRASE) return openWithPassphrase(header, slot);
  if (slot.kind === "old-key" && dataKeys.has(slot.by))
    return open(dataKeys.get(slot.by), `${header} ${slot.by}`, slot);
  return undefined;
}

const dataKeys = new Map();

function add(store, id, key) {
  const hash = createHash("sha256").update(`twinseed data key 2\n${store}\n`).update(key);
  if (hash.digest("hex").slice(0, 32) !== id) throw new Error(`not the data key ${id}`);
  dataKeys.set(id, key);
}

function printSeeds() {
  if (TWINSEED_DATA_KEY) {
    const [, store, id, key] = /^twinseed data key v2 (\S+) (\S+) (\S+)$/.exec(TWINSEED_DATA_KEY.trim());
    add(store, id, Buffer.from(key, "base64"));
  }
  const slots = filesIn("keys");
  for (let before = -1; before < dataKeys.size; ) {
    before = dataKeys.size;
    for (const slot of slots) {
      const key = dataKeys.has(slot.key) ? undefined : dataKeyFrom(slot);
      if (key) add(slot.store, slot.key, key);
    }
  }
  for (const seed of filesIn("seeds")) {
    const uri = open(dataKeys.get(seed.key), `twinseed seed v1 ${seed.id} ${seed.key}`, seed);
    console.log(`${seed.id} ${uri.toString("utf8")}`);
  }
}

function printIdentity() {
  const fields = fieldsOf(file);
  const header = `twinseed identity v1 ${basename(dirname(file))} ${fields.recipient}`;
  console.log(openWithPassphrase(header, fields).toString("utf8"));
}

if (first === "--identity") printIdentity();
else printSeeds();
