/** The number of random trials: a sample in normal runs, and far more in the long runs (`npm run test:long`). */

export function times(sample: number): number {
  return sample * Number(process.env.TWINSEED_TEST_TIMES ?? 1);
}
