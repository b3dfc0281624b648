/**
 * Undoes how other formats write special characters, as far as it matters for URIs in the middle of a text: HTML and XML entities,
 * backslashes of JSON and shells, percent-encoding of a whole URI inside a link, quoted-printable mail.
 */

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi;
const ENTITIES = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", " "],
  ["colon", ":"],
  ["sol", "/"],
  ["quest", "?"],
  ["equals", "="],
]);
/** Text inside a document inside another one. */
const MOST_LAYERS = 3;

/** Once; keeps an unknown entity, and a bare &. */
export function unescapeEntities(text: string): string {
  return text.replace(ENTITY, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES.get(String(name).toLowerCase()) ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/** One line of any text. A backslash in front of a letter stays: `DOMAIN\user` is a name. */
export function unescapeLine(line: string): string {
  let text = line;
  for (let layer = 0; layer < MOST_LAYERS && text.includes("&") && text.includes(";"); layer++) {
    const next = unescapeEntities(text);
    if (next === text) break;
    text = next;
  }
  return text
    .replace(/\\{1,8}(?:u00|x)([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\{1,8}(?=[/"'&?=%:;#@()!$~*[\]{}<>|` ])/g, "")
    .replace(/(?:apple-)?otpauth(?:-migration)?%(?:25){0,3}3a[^\s"'<>`&]*/gi, decodeWhole);
}

/** A URI that is a parameter of a link, percent-encoded as often as it takes. */
function decodeWhole(encoded: string): string {
  let text = encoded;
  for (let layer = 0; layer <= MOST_LAYERS && !/^[a-z-]+:/i.test(text); layer++) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return encoded;
    }
  }
  return text;
}

/**
 * Mail, in which "=3D" is "=" and a "=" at the end of a line joins it to the next one. Read as it stands, "secret=3DABC" would be
 * another key. Line numbers stay.
 */
export function unescapeMail(text: string): string {
  if (!/=3D/i.test(text)) return text;
  const isMail = /^content-transfer-encoding:[ \t]{0,9}quoted-printable/im.test(text.slice(0, 1_000_000));
  if (!isMail && !/[?&]secret=3D[A-Z2-7]{1,9999}(?:=\s{1,2})?&[a-z]{1,20}=3D/i.test(text)) return text;
  const lines: string[] = [];
  let [joined, pending] = ["", 0];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.endsWith("=")) {
      joined += line.slice(0, -1);
      pending += 1;
      continue;
    }
    lines.push(joined + line, ...Array.from({ length: pending }, () => ""));
    [joined, pending] = ["", 0];
  }
  return [...lines, joined].map(unescapeQuoted).join("\n");
}

function unescapeQuoted(line: string): string {
  return line.replace(/(?:=[0-9A-F]{2})+/gi, (octets) =>
    Buffer.from(octets.replaceAll("=", ""), "hex").toString("utf8"),
  );
}
