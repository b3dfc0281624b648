/** Random, stable ids: 16 characters of a-z2-7 (80 bits), safe as file names on every system. */

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const LENGTH = 16;

export function newId(random: (bytes: number) => Uint8Array): string {
  return Array.from(random(LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
}
