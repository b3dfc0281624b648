/** The user's own YubiKey Manager, which talks to the key. */
export interface Ykman {
  /**
   * `args` are visible to every program on this computer: nothing secret. `lines` go to its stdin, where it reads what it would
   * prompt for. Throws UserError if it is not installed, can't be run or is too slow; not if it merely fails.
   */
  run(args: readonly string[], lines?: readonly string[]): Promise<YkmanEnd>;
}

export interface YkmanEnd {
  readonly ok: boolean;
  readonly stdout: string;
  /** What it calls an error, fit for a message; "" if it says nothing in its own words. */
  readonly complaint: string;
}
