/**
 * Stands in for the file of this name in age-encryption: that one asks for crypto.subtle first, which browsers leave out of a page
 * over plain http, and it does not notice.
 */
import { x25519 } from "@noble/curves/ed25519.js";

export async function scalarMult(scalar: Uint8Array, point: Uint8Array): Promise<Uint8Array> {
  return x25519.scalarMult(scalar, point);
}

export async function scalarMultBase(scalar: Uint8Array): Promise<Uint8Array> {
  return x25519.scalarMultBase(scalar);
}
