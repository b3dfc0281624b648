/** Damages valid bytes: a few changes each, of the kinds that break parsers. */

/** Numbers in 0..1. */
export type Chance = () => number;

const LARGEST = 64 * 1024;

/** Pieces of text that parsers stumble over. */
const WORDS = [
  ..."[]{}<>\"'\\/:;,=&?#%+-.\0\n\r\t\x1b\x7f\x80\xff",
  ...[
    "null",
    "true",
    "[]",
    "{}",
    '""',
    "-1",
    "1e999",
    "0x10",
    "NaN",
    "\\u0000",
    "\\ud800",
    "%00",
    "%ff",
    "%E0%A4",
  ],
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "length",
    '"__proto__":{"polluted":1},',
  ],
  ...[
    "otpauth://totp/a?secret=AA",
    "otpauth-migration://offline?data=",
    "<!DOCTYPE a>",
    "<![CDATA[",
    "&amp;",
    "&#0;",
  ],
  ...[
    "\xef\xbb\xbf",
    "\xff\xfe",
    "\xe2\x80\xae",
    "\xf0\x9f\x98\x80",
    "\xed\xa0\x80",
    "../",
    "con",
    "*a",
    "&a ",
    "!!js ",
  ],
];
const NUMBERS = [
  ...["0", "-0", "1", "-1", "0.5", "1e3", "255", "256", "65536", "2147483647", "2147483648", "4294967296"],
  ...[
    "9007199254740991",
    "9007199254740992",
    "18446744073709551616",
    "1e308",
    "1e999",
    "00",
    "1048576",
    "99999999",
  ],
];
const VALUES = [
  "null",
  "true",
  "7",
  '"x"',
  "[]",
  "{}",
  "[null]",
  '{"a":[1]}',
  '"\\u0000"',
  "1.5",
  "-1",
  "[[],{}]",
];

export function mutate(bytes: Buffer, others: readonly Buffer[], chance: Chance): Buffer {
  let changed: Buffer = Buffer.from(bytes);
  for (let left = 1 + below(chance, 1 + below(chance, 4)); left > 0; left--) {
    const change = CHANGES[below(chance, CHANGES.length)];
    changed = change?.(changed, chance, others) ?? changed;
    if (changed.length > LARGEST && changed.length > 2 * bytes.length) changed = changed.subarray(0, LARGEST);
  }
  return changed;
}

type Change = (bytes: Buffer, chance: Chance, others: readonly Buffer[]) => Buffer;

const CHANGES: readonly Change[] = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  setByte,
  setNumber,
  changeWord,
  changeWord,
  changeWord,
  (bytes, chance) => bytes.subarray(0, below(chance, bytes.length + 1)),
  (bytes, chance) => spliced(bytes, chance, Buffer.alloc(0)),
  (bytes, chance) => spliced(bytes, chance, Buffer.from(pick(chance, WORDS), "latin1")),
  (bytes, chance) => inserted(bytes, chance, Buffer.from(pick(chance, WORDS), "latin1")),
  (bytes, chance) => inserted(bytes, chance, piece(bytes, chance)),
  (bytes, chance, others) => inserted(bytes, chance, piece(pick(chance, others), chance)),
  (bytes, chance, others) => spliced(bytes, chance, piece(pick(chance, others), chance)),
  (bytes, chance) => replaceText(bytes, chance, /-?\d+(?:\.\d+)?/g, NUMBERS),
  (bytes, chance) =>
    replaceText(bytes, chance, /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|\[\]|\{\}|null|true|false/g, VALUES),
  (bytes, chance) =>
    replaceText(bytes, chance, /"(?:[^"\\]|\\.)*"(?=\s*:)/g, ['"__proto__"', '"constructor"', '"x"']),
  (bytes, chance) => replaceText(bytes, chance, /\[(?=[^[\]]*\])/g, ["[null,", "[[", "[7,", '["x",', "[{},"]),
  (bytes, chance) => (chance() < 0.9 ? bytes : repeated(bytes, chance)),
  (bytes, chance) => (chance() < 0.9 ? bytes : deepened(bytes, chance)),
];

function flipBit(bytes: Buffer, chance: Chance): Buffer {
  const at = below(chance, bytes.length);
  if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(chance, 8));
  return bytes;
}

function setByte(bytes: Buffer, chance: Chance): Buffer {
  const at = below(chance, bytes.length);
  if (at < bytes.length) bytes[at] = below(chance, 256);
  return bytes;
}

/** Changes a key, a name or a date: the rest remains valid, so that parsers get as far as the change. */
function changeWord(bytes: Buffer, chance: Chance): Buffer {
  const text = bytes.toString("latin1");
  const word = pick(chance, [...text.matchAll(/[\w+/=.-]{6,}|$/g)]);
  const at = word.index + below(chance, word[0].length);
  const by = pick(chance, ["0", "1", "8", "a", "Z", "=", "!", " ", "-", "%", "\xc3\xa9", ""]);
  return Buffer.from(text.slice(0, at) + by + text.slice(at + below(chance, 2)), "latin1");
}

/** Changes a number, which may be a length or an offset. */
function setNumber(bytes: Buffer, chance: Chance): Buffer {
  const size = pick(chance, [1, 2, 4]);
  if (bytes.length < size) return bytes;
  const value = pick(chance, [
    0,
    1,
    2 ** (8 * size - 1) - 1,
    2 ** (8 * size - 1),
    2 ** (8 * size) - 1,
    bytes.length % 256,
  ]);
  const at = below(chance, bytes.length - size + 1);
  if (chance() < 0.5) bytes.writeUIntLE(value, at, size);
  else bytes.writeUIntBE(value, at, size);
  return bytes;
}

function spliced(bytes: Buffer, chance: Chance, by: Buffer): Buffer {
  const from = below(chance, bytes.length + 1);
  const to = Math.min(bytes.length, from + 1 + below(chance, 1 + below(chance, 64)));
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

function inserted(bytes: Buffer, chance: Chance, what: Buffer): Buffer {
  const at = below(chance, bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);
}

function piece(bytes: Buffer, chance: Chance): Buffer {
  const from = below(chance, bytes.length + 1);
  return bytes.subarray(from, from + 1 + below(chance, 128));
}

function repeated(bytes: Buffer, chance: Chance): Buffer {
  const part = piece(bytes, chance);
  const times = Math.min(10_000, Math.floor(LARGEST / Math.max(1, part.length)));
  return inserted(bytes, chance, Buffer.concat(Array.from({ length: times }, () => part)));
}

/** Inserts very deep nesting, in place of a value if there is one. */
function deepened(bytes: Buffer, chance: Chance): Buffer {
  const depth = pick(chance, [60, 70, 1000, 20_000]);
  const [open, close] = pick(chance, [
    ["[", "]"],
    ['{"a":', "}"],
    ["<a>", "</a>"],
    ["(", ")"],
  ] as const);
  const deep = `${open.repeat(depth)}${open === '{"a":' ? "1" : ""}${close.repeat(depth)}`;
  if (chance() < 0.7)
    return replaceText(bytes, chance, /"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d+|\[\]|\{\}|null/g, [deep]);
  return inserted(bytes, chance, Buffer.from(deep));
}

/** Replaces one of the matches in the text. */
function replaceText(bytes: Buffer, chance: Chance, what: RegExp, by: readonly string[]): Buffer {
  const text = bytes.toString("latin1");
  const found = [...text.matchAll(what)];
  const one = found[below(chance, found.length)];
  if (one === undefined) return bytes;
  const replaced = text.slice(0, one.index) + pick(chance, by) + text.slice(one.index + one[0].length);
  return Buffer.from(replaced, "latin1");
}

export function below(chance: Chance, limit: number): number {
  return Math.floor(chance() * limit);
}

export function pick<T>(chance: Chance, list: readonly T[]): T {
  const one = list[below(chance, list.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
}
