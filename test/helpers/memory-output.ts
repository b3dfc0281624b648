/** An output that records what was written. */
import type { Output } from "../../src/ports/streams.ts";

export interface MemoryOutput extends Output {
  written(): string;
}

/** `head`: the reader is gone after this many lines, as with `| head -N`; the first write after them fails. */
export function memoryOutput(
  isTTY: boolean,
  color: boolean,
  head: number = Number.POSITIVE_INFINITY,
): MemoryOutput {
  let all = "";
  let isOpen = true;
  const lines = () => all.split(/(?<=\n)/);
  return {
    write(text) {
      if (text === "") return;
      isOpen &&= all === "" || lines().length < head || !all.endsWith("\n");
      if (isOpen) all += text;
    },
    get isOpen() {
      return isOpen;
    },
    isTTY,
    color,
    written: () => lines().slice(0, head).join(""),
  };
}
