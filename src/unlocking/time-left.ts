/**
 * When an unlocked store is locked again: after a time, and after a time without a request. Both are measured by two clocks, as
 * the one that counts from the start stands still while the computer sleeps, and the one on the wall can be set. Pure.
 */

export interface Clocks {
  /** Milliseconds since 1970. */
  wall(): number;
  /** Milliseconds since some moment; never set back. */
  steady(): number;
}

export interface Durations {
  /** Milliseconds. */
  readonly total: number;
  readonly idle: number;
}

export interface TimeLeft {
  /** Once over, it stays so. */
  isOver(): boolean;
  /** Something was asked for: the idle time begins again. */
  used(): void;
}

/** A clock that is set back by more than this could make codes of earlier hours. Network time corrects less. */
const MOST_BACK = 60_000;

export function timeLeft({ total, idle }: Durations, { wall, steady }: Clocks): TimeLeft {
  const start = { wall: wall(), steady: steady() };
  let last = start;
  let latest = start.wall;
  let over = false;
  return {
    isOver() {
      const now = { wall: wall(), steady: steady() };
      over ||= now.wall < latest - MOST_BACK;
      over ||= Math.max(now.wall - start.wall, now.steady - start.steady) >= total;
      over ||= Math.max(now.wall - last.wall, now.steady - last.steady) >= idle;
      latest = Math.max(latest, now.wall);
      return over;
    },
    used() {
      last = { wall: wall(), steady: steady() };
    },
  };
}
