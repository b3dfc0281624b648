/**
 * How deep JSON goes, looked at before it is parsed: JSON.parse goes as deep as it is led, and whoever walks or writes what
 * comes out runs out of stack. Pure.
 */

const [QUOTE, BACKSLASH] = [34, 92];
const [SQUARE, END_SQUARE, CURLY, END_CURLY] = [91, 93, 123, 125];

/** Character by character: 64 MiB of brackets must not take long. */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH && isQuoted) i++;
    else if (code === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (code === SQUARE || code === CURLY) {
      if (++depth > limit) return true;
    } else if (code === END_SQUARE || code === END_CURLY) depth--;
  }
  return false;
}
