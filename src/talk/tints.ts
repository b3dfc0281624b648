/** Colors where they mean something. Never alone: the words say the same, and NO_COLOR takes them away. */
import type { Output } from "../ports/streams.ts";

const TINTS = { risk: 33, proved: 32 } as const;

export function tinted(text: string, tint: keyof typeof TINTS, { color }: Pick<Output, "color">): string {
  return color ? `\x1b[${TINTS[tint]}m${text}\x1b[0m` : text;
}
