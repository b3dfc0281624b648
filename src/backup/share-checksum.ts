/**
 * Guesses the mistake in a share whose checksum is wrong. The last three words are SLIP-39's RS1024 checksum: any two shares
 * differ in at least four words, so for one wrong word there is only one correction. Pure.
 */

/** Either one word that should be another word of the list, or two adjacent words that are swapped. Positions count from 0. */
export type Slip = { readonly at: number; readonly index: number } | { readonly swapped: number };

// SLIP-39, "Checksum".
const GENERATORS = [
  0xe0e040, 0x1c1c080, 0x3838100, 0x7070200, 0xe0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890,
  0x3f3f120,
];
const CUSTOMIZATION = [..."shamir"].map((letter) => letter.charCodeAt(0));
const WORDS = 1024;
/** The polynomial to subtract for each value of the ten bits that are shifted out. */
const CARRIED = Array.from({ length: WORDS }, (_, top) =>
  GENERATORS.reduce((sum, generator, i) => ((top >> i) & 1 ? sum ^ generator : sum), 0),
);

/** `indices`: the words, as their positions in the list. */
export function likelySlips(indices: readonly number[]): Slip[] {
  const slips: Slip[] = [];
  let before = CUSTOMIZATION.reduce(absorb, 1);
  for (const [at, index] of indices.entries()) {
    const rest = indices.slice(at + 1);
    for (let other = 0; other < WORDS; other++)
      if (other !== index && isRight(absorb(before, other), rest)) slips.push({ at, index: other });
    const [next, ...after] = rest;
    if (next !== undefined && next !== index && isRight(before, [next, index, ...after]))
      slips.push({ swapped: at });
    before = absorb(before, index);
  }
  return slips;
}

function isRight(state: number, rest: readonly number[]): boolean {
  return rest.reduce(absorb, state) === 1;
}

function absorb(state: number, value: number): number {
  return ((state & 0xfffff) << 10) ^ value ^ (CARRIED[state >> 20] ?? 0);
}
