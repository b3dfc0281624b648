/**
 * libsodium's crypto_secretstream_xchacha20poly1305, one message, without additional data.
 * https://doc.libsodium.org/secret-key_cryptography/secretstream
 */
import { timingSafeEqual } from "node:crypto";

export const HEADER_BYTES = 24;
const TAG_BYTES = 16;
const BLOCK = 64;
/** "expand 32-byte k": ChaCha's constant, as four words. */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
/** The first message's counter, which stands in front of the nonce. */
const FIRST = [1, 0, 0, 0];
/** Another one follows, or none. */
const TAGS = { message: 0, final: 3 };

/** undefined where key, header or message do not match. */
export async function openSecretstream(
  key: Uint8Array,
  header: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  const end = sealed.length - TAG_BYTES;
  if (header.length !== HEADER_BYTES || key.length !== 32 || end < 1) return undefined;
  const { chacha20, hchacha } = await import("@noble/ciphers/chacha.js");
  const { poly1305 } = await import("@noble/ciphers/_poly1305.js");
  const subkey = new Uint32Array(8);
  hchacha(Uint32Array.from(SIGMA), wordsOf(key), wordsOf(header.subarray(0, 16)), subkey);
  const streamKey = bytesOf(subkey);
  const nonce = Uint8Array.from([...FIRST, ...header.subarray(16)]);
  const xor = (data: Uint8Array, block: number) => chacha20(streamKey, nonce, data, undefined, block);

  const content = sealed.subarray(1, end);
  // The message's tag is the first byte of a block of zeros, and the whole block is authenticated.
  const first = xor(Uint8Array.from([sealed[0] ?? 0, ...new Uint8Array(BLOCK - 1)]), 1);
  const tag = first[0];
  first[0] = sealed[0] ?? 0;
  const lengths = new DataView(new ArrayBuffer(16));
  lengths.setBigUint64(8, BigInt(BLOCK + content.length), true);
  // Padded with length mod 16 zeros, not up to the next multiple: a slip in libsodium that is now the format.
  const padding = new Uint8Array(content.length % 16);
  const text = Buffer.concat([first, content, padding, new Uint8Array(lengths.buffer)]);
  const mac = poly1305(text, xor(new Uint8Array(BLOCK), 0).subarray(0, 32));
  if (!timingSafeEqual(mac, sealed.subarray(end))) return undefined;
  return tag === TAGS.message || tag === TAGS.final ? xor(content, 2) : undefined;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(i * 4, true));
}

function bytesOf(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => {
    view.setUint32(i * 4, word, true);
  });
  return new Uint8Array(view.buffer);
}
