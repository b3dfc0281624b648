/** Android's shared preferences, copied from a rooted phone: a flat XML map. Only its strings are read. */

const SHAPE = /^(<\?xml[^>]*\?>\s*)?<map\b/;
const TEXTS = /<string\s+name=(?:"([^"]*)"|'([^']*)')\s*>([^<]*)<\/string>/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Names and values in file order; undefined if the text is not such a map. */
export function preferencesOf(text: string | undefined): ReadonlyMap<string, string> | undefined {
  if (text === undefined || !SHAPE.test(text.trimStart())) return undefined;
  const texts = new Map<string, string>();
  for (const [, quoted, single, value = ""] of text.matchAll(TEXTS))
    texts.set(unescaped(quoted ?? single ?? ""), unescaped(value));
  return texts;
}

/** Of a file that was copied in part, the strings at its start are still read. */
export function arePreferencesCut(text: string | undefined): boolean {
  return text !== undefined && SHAPE.test(text.trimStart()) && !text.trimEnd().endsWith("</map>");
}

function unescaped(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (whole, hex, decimal, name) => {
      if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10_ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
