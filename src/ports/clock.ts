/** Time, in milliseconds. */

export interface Clock {
  /** Since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}
