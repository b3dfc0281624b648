/** The data key, which seals every seed of a file store. Its id proves which key it is, and of which store. */
import { nodeCrypto } from "../../base/node-crypto.ts";
import { KEY_BYTES } from "./seal.ts";

export interface DataKey {
  /** The store's id: 32 hexadecimal digits. */
  readonly store: string;
  /** Says which key a file was sealed with; not secret. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The first 128 bits of a hash of both, in hexadecimal: no one can make another key with the same id. */
export function keyIdOf(store: string, bytes: Uint8Array): string {
  const hash = nodeCrypto().createHash("sha256").update(`twinseed data key 2\n${store}\n`).update(bytes);
  return hash.digest("hex").slice(0, 32);
}

/** `store`: where the key is to be another one of a store that exists. */
export function newDataKey(random: (bytes: number) => Uint8Array, store: string = hex(random(16))): DataKey {
  const bytes = random(KEY_BYTES);
  return { store, id: keyIdOf(store, bytes), bytes };
}

/** undefined unless these bytes are the data key of that id. */
export function dataKeyOf(store: string, id: string, bytes: Uint8Array | undefined): DataKey | undefined {
  return bytes?.length === KEY_BYTES && keyIdOf(store, bytes) === id ? { store, id, bytes } : undefined;
}

export function isKeyId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
