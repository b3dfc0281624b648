/**
 * When an unlocked store is locked again: after a time, and after a time without a code. Both are measured by two clocks, as
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
  /** A code was handed out: the idle time begins again. */
  used(): void;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LEAST = MINUTE;
const MOST = 7 * 24 * HOUR;
export const RANGE = `from 1m to ${MOST / HOUR}h`;

export function isDuration(milliseconds: number): boolean {
  return milliseconds >= LEAST && milliseconds <= MOST;
}

/** What `unlock --for` alone means. */
export function durationsFor(total: number): Durations {
  return { total, idle: Math.min(total, HOUR) };
}

/** As it may be typed: 8h, 90m. */
export function sayDuration(milliseconds: number): string {
  if (milliseconds % HOUR === 0) return `${milliseconds / HOUR}h`;
  return milliseconds % MINUTE === 0 ? `${milliseconds / MINUTE}m` : `${Math.round(milliseconds / 1000)}s`;
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
