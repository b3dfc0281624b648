/** A line on stderr for what takes longer than half a second, on a terminal; nothing for what is done before. */
import type { World } from "../world.ts";

const PATIENCE = 500;
const PAUSE = 100;

export interface Progress {
  at(done: number, all: number): void;
  /** Takes the line away. */
  end(): void;
}

export function progressOf(what: string, ctx: World): Progress {
  const begin = ctx.clock.now();
  let shownAt = 0;
  const isSeen = ctx.stderr.isTTY;
  return {
    at(done, all) {
      const now = ctx.clock.now();
      if (!isSeen || now - begin < PATIENCE || now - shownAt < PAUSE) return;
      shownAt = now;
      ctx.stderr.write(`\r\x1b[Ktwinseed: ${what} ${done} of ${all}`);
    },
    end() {
      if (shownAt > 0) ctx.stderr.write("\r\x1b[K");
    },
  };
}
