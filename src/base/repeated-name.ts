/** JSON in which an object has two members of one name: readers keep the last, and the others vanish without a word. Pure. */

const [QUOTE, BACKSLASH, COLON, CURLY, END_CURLY] = [34, 92, 58, 123, 125];

/** The first such name; undefined if there is none. `text` is valid JSON. */
export function repeatedName(text: string): string | undefined {
  const objects: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === CURLY) objects.push(new Set());
    else if (code === END_CURLY) objects.pop();
    if (code !== QUOTE) continue;
    const end = endOfString(text, i);
    const isName = text.charCodeAt(nextAfter(text, end)) === COLON;
    const names = objects.at(-1);
    if (isName && names !== undefined) {
      const name = unescaped(text.slice(i, end));
      if (names.has(name)) return name;
      names.add(name);
    }
    i = end - 1;
  }
  return undefined;
}

/** Behind the closing quotation mark. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (; i < text.length && text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
  return i + 1;
}

function nextAfter(text: string, start: number): number {
  let i = start;
  while (i < text.length && text.charCodeAt(i) <= 32) i++;
  return i;
}

function unescaped(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (!inner.includes("\\")) return inner;
  return inner.replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
