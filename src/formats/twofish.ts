/**
 * Twofish with a key of 256 bits, in CBC mode: decryption only, for KeePass databases. Node has no such cipher.
 * https://www.schneier.com/academic/twofish/ (the letters are the paper's)
 */

const BLOCK = 16;
const ROUNDS = 16;
/** Section 4.3.5: the nibbles of which q0 and q1 are made. */
const [Q0, Q1] = [
  ["817d6f320b59eca4", "ecb81235f4a6709d", "ba5e6d90c8f32471", "d7f4126e9b3085ca"],
  ["28bdf76e31940ac5", "1e2b4c376da5f908", "4c75169a0ed82b3f", "b951c3de647f208a"],
].map(permutation);
const MDS = [
  [0x01, 0xef, 0x5b, 0x5b],
  [0x5b, 0xef, 0xef, 0x01],
  [0xef, 0x5b, 0x01, 0xef],
  [0xef, 0x01, 0xef, 0x5b],
];
const MDS_POLYNOMIAL = 0x169;
const RS = [
  [0x01, 0xa4, 0x55, 0x87, 0x5a, 0x58, 0xdb, 0x9e],
  [0xa4, 0x56, 0x82, 0xf3, 0x1e, 0xc6, 0x68, 0xe5],
  [0x02, 0xa1, 0xfc, 0xc1, 0x47, 0xae, 0x3d, 0x19],
  [0xa4, 0x55, 0x87, 0x5a, 0x58, 0xdb, 0x9e, 0x03],
];
const RS_POLYNOMIAL = 0x14d;
/** For each byte of a word, the permutations that it goes through, the last one first (section 4.3.2). */
const ORDER = [
  [Q1, Q0, Q0, Q1, Q1],
  [Q0, Q0, Q1, Q1, Q0],
  [Q1, Q1, Q0, Q0, Q0],
  [Q0, Q1, Q1, Q0, Q1],
];

/** Removes PKCS#7 padding. Returns undefined if it is wrong, most likely because the key is. */
export function openTwofishCbc(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (key.length !== 32 || iv.length !== BLOCK || sealed.length === 0 || sealed.length % BLOCK !== 0)
    return undefined;
  const decrypt = decrypter(key);
  const plain = new Uint8Array(sealed.length);
  const from = new DataView(sealed.buffer, sealed.byteOffset, sealed.length);
  const to = new DataView(plain.buffer);
  const start = new DataView(iv.buffer, iv.byteOffset, BLOCK);
  for (let at = 0; at < sealed.length; at += BLOCK) {
    decrypt(from, to, at);
    const [before, offset] = at === 0 ? [start, 0] : [from, at - BLOCK];
    for (let i = 0; i < BLOCK; i += 4)
      to.setUint32(at + i, to.getUint32(at + i) ^ before.getUint32(offset + i));
  }
  const padding = plain.at(-1) ?? 0;
  const isPadded =
    padding >= 1 && padding <= BLOCK && plain.subarray(-padding).every((byte) => byte === padding);
  return isPadded ? plain.subarray(0, plain.length - padding) : undefined;
}

/** Decrypts the block at the same offset of both. */
function decrypter(key: Uint8Array): (from: DataView, to: DataView, at: number) => void {
  const words = wordsOf(key);
  const K = subkeys(words);
  const [S0, S1, S2, S3] = substitutions(key);
  const g = (x: number): number =>
    (S0[x & 0xff] ?? 0) ^ (S1[(x >>> 8) & 0xff] ?? 0) ^ (S2[(x >>> 16) & 0xff] ?? 0) ^ (S3[x >>> 24] ?? 0);
  return (from, to, at) => {
    const word = (i: number) => from.getUint32(at + 4 * i, true) ^ (K[4 + i] ?? 0);
    let [a, b, c, d] = [word(0), word(1), word(2), word(3)];
    for (let round = ROUNDS - 1; round >= 0; round--) {
      const [t0, t1] = [g(a), g(left(b, 8))];
      const f0 = (t0 + t1 + (K[2 * round + 8] ?? 0)) | 0;
      const f1 = (t0 + 2 * t1 + (K[2 * round + 9] ?? 0)) | 0;
      c = left(c, 1) ^ f0;
      d = left(d ^ f1, 31);
      if (round > 0) [a, b, c, d] = [c, d, a, b];
    }
    for (const [i, x] of [a, b, c, d].entries()) to.setUint32(at + 4 * i, (x ^ (K[i] ?? 0)) >>> 0, true);
  };
}

/** Section 4.3.4 */
function subkeys(words: readonly number[]): Int32Array {
  const [even, odd] = [words.filter((_, i) => i % 2 === 0), words.filter((_, i) => i % 2 === 1)];
  const K = new Int32Array(2 * ROUNDS + 8);
  for (let i = 0; i < K.length; i += 2) {
    const a = h(i, even);
    const b = left(h(i + 1, odd), 8);
    K[i] = a + b;
    K[i + 1] = left((a + 2 * b) | 0, 9);
  }
  return K;
}

/** The function h of a word whose bytes are all `x`. */
function h(x: number, L: readonly number[]): number {
  return ORDER.reduce((sum, _, i) => sum ^ mixed(i, substituted(x, i, L)), 0);
}

/** The key-dependent S-boxes (section 4.3.3), already multiplied with the MDS matrix. */
function substitutions(key: Uint8Array): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const S = [3, 2, 1, 0].map((part) =>
    RS.reduce((word, row, i) => {
      const bytes = key.subarray(8 * part, 8 * part + 8);
      const sum = row.reduce((all, factor, j) => all ^ multiply(factor, bytes[j] ?? 0, RS_POLYNOMIAL), 0);
      return word | (sum << (8 * i));
    }, 0),
  );
  const table = (i: number) => Int32Array.from({ length: 256 }, (_, x) => mixed(i, substituted(x, i, S)));
  return [table(0), table(1), table(2), table(3)];
}

/** Byte `i` of a word through its permutations, with the words of `L` in between. */
function substituted(x: number, i: number, L: readonly number[]): number {
  const [last, ...others] = ORDER[i] ?? [];
  const inner = others.reduceRight((byte, q, n) => (q?.[byte] ?? 0) ^ (((L[n] ?? 0) >>> (8 * i)) & 0xff), x);
  return last?.[inner] ?? 0;
}

/** Column `i` of the MDS matrix times a byte. */
function mixed(i: number, byte: number): number {
  return MDS.reduce((word, row, n) => word | (multiply(row[i] ?? 0, byte, MDS_POLYNOMIAL) << (8 * n)), 0);
}

/** In GF(2^8). */
function multiply(a: number, b: number, polynomial: number): number {
  let [sum, shifted] = [0, a];
  for (let rest = b; rest > 0; rest >>= 1) {
    if (rest & 1) sum ^= shifted;
    shifted <<= 1;
    if (shifted & 0x100) shifted ^= polynomial;
  }
  return sum;
}

function permutation(tables: readonly string[]): Uint8Array {
  const [t0, t1, t2, t3] = tables.map((digits) => [...digits].map((digit) => Number.parseInt(digit, 16)));
  const step = (a: number, b: number) =>
    [a ^ b, a ^ ((b >> 1) | ((b & 1) << 3)) ^ ((a << 3) & 0x0f)] as const;
  return Uint8Array.from({ length: 256 }, (_, x) => {
    const [a1, b1] = step(x >> 4, x & 0x0f);
    const [a3, b3] = step(t0?.[a1] ?? 0, t1?.[b1] ?? 0);
    return ((t3?.[b3] ?? 0) << 4) | (t2?.[a3] ?? 0);
  });
}

function left(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function wordsOf(key: Uint8Array): number[] {
  const view = new DataView(key.buffer, key.byteOffset, key.length);
  return Array.from({ length: key.length / 4 }, (_, i) => view.getInt32(4 * i, true));
}
