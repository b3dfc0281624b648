/**
 * Messages quote what was typed, and a seed may have been typed in the wrong place: in any case, and in groups with blanks or
 * dashes, as services show it. It is not repeated. What names something of ours is, however random it looks, and so are words:
 * these have vowels, and their digits at the end. Pure.
 */

/** What the person typed on the command line, and whether that is a name that exists. */
export interface Typed {
  readonly args: readonly string[];
  isName(text: string): boolean;
}

const NOTHING: Typed = { args: [], isName: () => false };
const HIDDEN = "…";
/** 80 bits in base32: services give no fewer. */
const SHORTEST = 16;

/** In a URI; "KEY" is what we write in a hint. */
const PARAMETER = /((?:secret|data)=)(?!KEY\b)[^&"']+/gi;
const PHRASE = /[A-Za-z0-9]+(?:[\s_\u2010-\u2015-]+[A-Za-z0-9]+)*/g;
const BETWEEN_GROUPS = /[\s_\u2010-\u2015-]+/;
/** Account ids look like the shortest seeds, and most of those in messages were not typed. */
const ID = /^[a-z2-7]{16}$/;

/** The text, with "…" in the place of each seed that may stand in it. */
export function withoutSeeds(text: string, { args, isName }: Typed = NOTHING): string {
  const apart = groupsTypedApart(args);
  const isSeed = (phrase: string): boolean =>
    looksLikeSeed(phrase.split(BETWEEN_GROUPS)) &&
    (!ID.test(phrase) || args.some((arg) => arg.includes(phrase))) &&
    !isName(phrase);
  return text
    .replace(PARAMETER, `$1${HIDDEN}`)
    .replace(PHRASE, (phrase: string, at: number, whole: string) => {
      // In our own sentences, words stand side by side by chance.
      const isQuoted = /["'=:/-]/.test(whole.charAt(at - 1));
      if (isQuoted && (apart.has(phrase) ? !isName(phrase) : isSeed(phrase))) return HIDDEN;
      return phrase.replace(/[A-Za-z0-9]+/g, (word) => (isSeed(word) ? HIDDEN : word));
    });
}

function looksLikeSeed(groups: readonly string[]): boolean {
  const key = groups.join("");
  // 0, 1, 8 and 9 are mistaken for O, I, B and L once or twice; times, hashes and public keys have more of them.
  if (key.length < SHORTEST || !/[a-z]/i.test(key) || /([0189].*){3}/.test(key)) return false;
  const [first = "", ...others] = groups;
  const rest = others.slice(0, -1);
  const isEven =
    rest.every(({ length }) => length === first.length) && (others.at(-1)?.length ?? 0) <= first.length;
  if (groups.length >= 4 && first.length === 4 && isEven) return true;
  if (/^[A-Z]*[2-7][A-Z2-7]*$/.test(groups.join("-"))) return true;
  const random = groups.filter(looksRandom);
  return random.length >= (isEven || groups.length <= 2 ? 1 : 2);
}

/** A digit in front of a letter, or consonants that no word has side by side. */
function looksRandom(group: string): boolean {
  return /\d[a-z]/i.test(group) || /[b-df-hj-np-tv-xz]{4}/i.test(group);
}

/** Groups that were typed with blanks, and no quotation marks around them: most of them are arguments of their own. */
function groupsTypedApart(args: readonly string[]): ReadonlySet<string> {
  const words = args.flatMap((arg) => arg.split(/[\s=]+/)).map((word) => word.replace(/^-+/, ""));
  const apart = new Set<string>();
  let start = 0;
  while (start < words.length) {
    const { length } = words[start] ?? "";
    let end = start;
    while (isGroup(words[end], length) && words[end]?.length === length) end++;
    const groups = words.slice(start, isGroup(words[end], length) ? end + 1 : end);
    if (groups.length >= 3 && groups.some(looksRandom) && looksLikeSeed(groups))
      for (const group of groups) apart.add(group);
    start = Math.max(end, start + 1);
  }
  return apart;
}

/** The last one may be shorter. */
function isGroup(word: string | undefined, longest: number): boolean {
  return word !== undefined && /^[a-z0-9]{1,8}$/i.test(word) && word.length <= longest;
}
