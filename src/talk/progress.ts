/** A progress line on stderr, on a terminal only, for work that takes longer than half a second. */
import type { Ports } from "../ports/index.ts";

const PATIENCE = 500;
const PAUSE = 100;

export interface Progress {
  at(done: number, all: number): void;
  /** Erases the line. */
  end(): void;
}

export function progressOf(what: string, needs: Pick<Ports, "stderr" | "clock">): Progress {
  const begin = needs.clock.now();
  let shownAt = 0;
  const isSeen = needs.stderr.isTTY;
  return {
    at(done, all) {
      const now = needs.clock.now();
      if (!isSeen || now - begin < PATIENCE || now - shownAt < PAUSE) return;
      shownAt = now;
      needs.stderr.write(`\r\x1b[Ktwinseed: ${what} ${done} of ${all}`);
    },
    end() {
      if (shownAt > 0) needs.stderr.write("\r\x1b[K");
    },
  };
}
