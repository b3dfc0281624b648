/**
 * What vouches for an entry of the members' list: a MAC under the data key before it (and under the new one, where it changes),
 * and the signature of a member of the entry before. Someone who has only a signing key, or only a data key, can't make both.
 * Pure.
 */
import { nodeCrypto } from "../base/node-crypto.ts";
import { type Entry, type List, statementOf, vouchedText } from "./entry.ts";

/** Signs with a computer's signing key, and returns base64. */
export type Sign = (content: string | Uint8Array) => string;

const MAC_TITLE = "twinseed members v1";
const SIGNATURE_TITLE = "twinseed members signature v1";

/** `before`: the data key of the entry before, or of the entry itself if it is the first. */
export function vouchFor(list: List, before: Uint8Array, after: Uint8Array | undefined, sign: Sign): Entry {
  const mac = macOf(list, before);
  const vouched = { ...list, mac, ...(after === undefined ? {} : { newMac: macOf(list, after) }) };
  return { ...vouched, signature: sign(signedText(vouched)) };
}

/** HMAC-SHA-256, in base64, with a key that HKDF-SHA-256 (RFC 5869) derives from the data key. */
function macOf(list: List, dataKey: Uint8Array): string {
  const { createHmac, hkdfSync } = nodeCrypto();
  const key = hkdfSync("sha256", dataKey, "", `${MAC_TITLE} ${list.store}`, 32);
  return createHmac("sha256", Buffer.from(key))
    .update(`${MAC_TITLE}\n${statementOf(list)}`)
    .digest("base64");
}

/** Whether a holder of this data key made the entry's `mac`, or its `newMac`. */
export function isMac(entry: Entry, which: "mac" | "newMac", dataKey: Uint8Array): boolean {
  const [found, right] = [Buffer.from(entry[which] ?? ""), Buffer.from(macOf(entry, dataKey))];
  return found.length === right.length && nodeCrypto().timingSafeEqual(found, right);
}

/** Whether a member of `authors`, the one that the entry names, signed it. */
export function isSignedBy({ members }: Pick<List, "members">, entry: Entry): boolean {
  const signer = members.find(({ name }) => name === entry.by)?.signer;
  return signer !== undefined && verifies(signer, signedText(entry), entry.signature);
}

function signedText(entry: Omit<Entry, "signature">): string {
  return `${SIGNATURE_TITLE}\n${vouchedText(entry)}`;
}

/** `signer`: ssh-ed25519 …; `signature`: base64 of 64 bytes (RFC 8032). */
export function verifies(signer: string, content: string | Uint8Array, signature: string): boolean {
  const { createPublicKey, verify } = nodeCrypto();
  const x = Buffer.from(signer.split(" ")[1] ?? "", "base64")
    .subarray(-32)
    .toString("base64url");
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, Buffer.from(content), key, Buffer.from(signature, "base64"));
  } catch {
    return false; // a text that only looks like a key
  }
}
