/** Inputs that fast-check grows from the words of a valid one: JSON trees with its keys and values, or its words in any order. */
import fc from "fast-check";

const ODD_KEYS = ["__proto__", "constructor", "toString", "length", ""];

export function grown(sample: Buffer, seed: number): Buffer {
  const texts = known.get(sample) ?? textsLike(sample.toString("latin1"));
  known.set(sample, texts);
  return Buffer.from(fc.sample(texts, { seed, numRuns: 1 })[0] ?? "", "latin1");
}

/** Made once for each sample. */
const known = new WeakMap<Buffer, fc.Arbitrary<string>>();

function textsLike(text: string): fc.Arbitrary<string> {
  const json = parsed(text);
  return json === undefined ? soups(text) : trees(json).map(spelled);
}

function soups(text: string): fc.Arbitrary<string> {
  const words = [...new Set(text.match(/\w+|\s+|[^\w\s]/g) ?? ["x"])].slice(0, 2000);
  const word = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...words) }, fc.string());
  return fc.array(word, { maxLength: 60, size: "max" }).map((list) => list.join(""));
}

/** Similar to the sample: its parts turn up complete, and in each other's places. */
function trees(sample: unknown): fc.Arbitrary<unknown> {
  const keys = new Set(ODD_KEYS);
  const values: unknown[] = [];
  collect(sample, keys, values);
  const root = typeof sample === "object" && sample !== null ? Object.keys(sample) : [];
  return fc
    .letrec<{ value: unknown; leaf: unknown; list: unknown; object: unknown }>((tie) => ({
      leaf: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...values) },
        fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 31, 1e300, "", "x", [], {}),
        fc.string(),
        fc.integer(),
      ),
      list: fc.array(tie("value"), { maxLength: 4 }),
      object: fc.dictionary(fc.constantFrom(...keys), tie("value"), { maxKeys: 8 }),
      value: fc.oneof(
        { depthSize: "small" },
        { weight: 5, arbitrary: tie("leaf") },
        tie("list"),
        tie("object"),
      ),
    }))
    .value.chain((value) => {
      // Parsers reject most of these at once unless the top level looks right.
      if (root.length === 0 || Array.isArray(sample)) return fc.constant(value);
      return fc.constantFrom(...root).map((key) => ({ ...(sample as object), [key]: value }));
    });
}

function collect(value: unknown, keys: Set<string>, values: unknown[]): void {
  values.push(value);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) keys.add(key);
    collect(inner, keys, values);
  }
}

/** JSON.stringify would skip a "__proto__" that is a prototype; fast-check's objects have it as a key. */
function spelled(tree: unknown): string {
  return JSON.stringify(tree) ?? "null";
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
