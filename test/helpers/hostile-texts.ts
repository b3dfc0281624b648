/**
 * Texts written against a regular expression: each repeats something that a part of the expression goes over again and again,
 * and ends so that it does not match. Made from the expression itself: what can stand in front of each repetition, what is
 * repeated, what begins a new attempt, and one character of each kind that the expression tells apart.
 */
import { type AST, RegExpParser, visitRegExpAST } from "@eslint-community/regexpp";

export interface HostileText {
  readonly start: string;
  readonly pump: string;
  readonly end: string;
}

/** How the choices of an expression are made: one sample for each. */
const VARIANTS = [0, 1, 2, 3];
/** More than ASCII: what \s, \p{…} and /u tell apart, and half of a pair. */
const ALPHABET = [
  ...Array.from({ length: 128 }, (_, i) => String.fromCodePoint(i)),
  ...["\u00a0", "\u00ad", "é", "\u0301", "\u200b", "\u2028", "\ufeff", "\ud800", "\u{1f600}", "\u{e0001}"],
];

export function hostileTexts({ source, flags }: RegExp): HostileText[] {
  const pattern = new RegExpParser().parsePattern(source, undefined, undefined, {
    unicode: flags.includes("u"),
    unicodeSets: flags.includes("v"),
  });
  const kinds = kindsOf(pattern, flags);
  const starts = new Set([""]);
  const pumps = new Set(kinds);
  for (const variant of VARIANTS) {
    const parts = new Parts(kinds, flags, variant);
    parts.enter(pattern.alternatives, "");
    for (const start of parts.starts) starts.add(start);
    for (const pump of [...parts.starts, ...parts.pumps]) pumps.add(pump);
  }
  // Where "^" takes the beginning of any line, each begins a new attempt.
  if (flags.includes("m"))
    for (const pump of [...pumps]) for (const end of ["\n", "\r"]) pumps.add(end + pump);
  pumps.delete("");
  return [...starts].flatMap((start) =>
    [...pumps].flatMap((pump) => endsOf(pump, kinds).map((end) => ({ start, pump, end }))),
  );
}

export function textOf({ start, pump, end }: HostileText, length: number): string {
  return start + pump.repeat(Math.ceil(length / pump.length)) + end;
}

/** Nothing, and what is not repeated: what was taken so far is given back, step by step. */
function endsOf(pump: string, kinds: readonly string[]): string[] {
  const others = ["\n", "\0", ...kinds].filter((kind) => !pump.includes(kind));
  return ["", ...others.slice(0, 2), "!\n!"];
}

/** One character of each kind that the expression tells apart. */
function kindsOf(pattern: AST.Pattern, flags: string): string[] {
  const parts: string[] = [];
  const note = ({ raw }: AST.Node): void => void parts.push(raw);
  visitRegExpAST(pattern, { onCharacterEnter: note, onCharacterSetEnter: note, onCharacterClassEnter: note });
  const shapes = [...new Set(parts)].flatMap((raw) => shapeOf(raw, flags) ?? []);
  const kinds = new Map<string, string>();
  for (const character of [...ALPHABET.slice(33), ...ALPHABET.slice(0, 33)]) {
    const kind = shapes.map((shape) => (shape.test(character) ? 1 : 0)).join("");
    if (!kinds.has(kind)) kinds.set(kind, character);
  }
  return [...kinds.values()];
}

function shapeOf(raw: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${raw})$`, flags.replace(/[gym]/g, ""));
  } catch {
    return undefined; // A part of a class, such as one end of a range.
  }
}

/** Goes through an expression and collects samples of its parts. */
class Parts {
  /** What can stand in front of each repetition. */
  readonly starts = new Set<string>();
  /** What is repeated, what stands between two repetitions, and both. */
  readonly pumps = new Set<string>();
  private readonly kinds: readonly string[];
  private readonly flags: string;
  private readonly variant: number;

  constructor(kinds: readonly string[], flags: string, variant: number) {
    this.kinds = kinds;
    this.flags = flags;
    this.variant = variant;
  }

  /** Gives a text that one of the alternatives takes. */
  enter(alternatives: readonly AST.Alternative[], before: string): string {
    const samples = alternatives.map(({ elements }) => this.sequence(elements, before));
    return samples[this.variant % samples.length] ?? "";
  }

  private sequence(elements: readonly AST.Element[], before: string): string {
    let sample = "";
    let between = "";
    for (const element of elements) {
      const one = this.element(element, before + sample);
      sample += one;
      between += one;
      if (element.type !== "Quantifier") continue;
      this.pumps.add(between);
      between = "";
    }
    this.pumps.add(between);
    this.pumps.add(sample);
    return sample;
  }

  private element(element: AST.Element, before: string): string {
    switch (element.type) {
      case "Quantifier": {
        this.starts.add(before);
        const one = this.element(element.element, before);
        this.pumps.add(one);
        return one.repeat(Math.max(element.min, this.variant % 2));
      }
      case "Group":
      case "CapturingGroup":
        return this.enter(element.alternatives, before);
      case "Assertion":
        if (element.kind === "lookahead" || element.kind === "lookbehind")
          this.enter(element.alternatives, before);
        return "";
      case "Backreference":
        return "";
      default: {
        const shape = shapeOf(element.raw, this.flags);
        const taken = this.kinds.filter((kind) => shape?.test(kind));
        return taken[this.variant % taken.length] ?? "";
      }
    }
  }
}
