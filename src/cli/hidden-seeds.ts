/**
 * Messages quote what the user typed, and it may include a seed, typed in the wrong place: in upper or lower case, and in groups
 * with spaces or dashes, as services show it. Messages do not repeat it. They do repeat names that exist here, however random
 * these look, and words: those have vowels, and digits only at the end. Pure.
 */

/** What the user typed on the command line, and whether a text is a name that exists. */
export interface Typed {
  readonly args: readonly string[];
  isName(text: string): boolean;
}

const NOTHING: Typed = { args: [], isName: () => false };
const HIDDEN = "…";
/** 80 bits in base32: services never use fewer. */
const SHORTEST = 16;

/** A seed in a URI; our hints say "KEY" there. */
const PARAMETER = /((?:secret|data)=)(?!KEY\b)[^&"']+/gi;
const PHRASE = /[A-Za-z0-9]+(?:[\s_\u2010-\u2015-]+[A-Za-z0-9]+)*/g;
const BETWEEN_GROUPS = /[\s_\u2010-\u2015-]+/;
/** Account ids look like the shortest seeds, and most ids in messages were not typed. */
const ID = /^[a-z2-7]{16}$/;
/** So do the names of files in keys/. */
const SLOT = /^(?:age|old-key|passphrase|raw-key)-[0-9a-f]{16}$/;

/** The text, with "…" instead of everything that may be a seed. */
export function withoutSeeds(text: string, { args, isName }: Typed = NOTHING): string {
  const apart = groupsTypedApart(args);
  const isTyped = (phrase: string): boolean => args.some((arg) => arg.includes(phrase));
  const isSeed = (phrase: string): boolean => {
    const groups = phrase.split(BETWEEN_GROUPS);
    const looks = looksLikeSeed(groups)
      ? !ID.test(phrase) || isTyped(phrase)
      : looksEncoded(groups) && isTyped(phrase);
    return looks && !isName(phrase);
  };
  return text
    .replace(PARAMETER, `$1${HIDDEN}`)
    .replace(PHRASE, (phrase: string, at: number, whole: string) => {
      if (SLOT.test(phrase) && !isTyped(phrase)) return phrase;
      // In our own sentences, neighboring words do not belong together.
      const isQuoted = /["'=:/-]/.test(whole.charAt(at - 1));
      if (isQuoted && (apart.has(phrase) ? !isName(phrase) : isSeed(phrase))) return HIDDEN;
      const hidden = (word: string): string => (isSeed(word) ? HIDDEN : word);
      // In a line to paste, groups with dashes between them have no quotation marks.
      return phrase.replace(/\S+/g, hidden).replace(/[A-Za-z0-9]+/g, hidden);
    });
}

function looksLikeSeed(groups: readonly string[]): boolean {
  const key = groups.join("");
  // Users mistype O, I, B and L as 0, 1, 8 and 9 once or twice; times, hashes and public keys contain more of these digits.
  if (key.length < SHORTEST || !/[a-z]/i.test(key) || /([0189].*){3}/.test(key)) return false;
  const isRegular = isEven(groups);
  if (groups.length >= 4 && groups[0]?.length === 4 && isRegular) return true;
  if (/^[A-Z]*[2-7][A-Z2-7]*$/.test(groups.join("-"))) return true;
  const random = groups.filter(looksRandom);
  return random.length >= (isRegular || groups.length <= 2 ? 1 : 2);
}

/** In hex or base64. Only what was typed: hashes of ours look the same. */
function looksEncoded(groups: readonly string[]): boolean {
  const key = groups.join("");
  if (isEven(groups) && /^[0-9a-f]{20,}$/i.test(key)) return true;
  const count = (letters: RegExp): number => key.match(letters)?.length ?? 0;
  return (
    groups.length === 1 &&
    key.length >= SHORTEST &&
    Math.min(count(/[A-Z]/g), count(/[a-z]/g)) >= 4 &&
    count(/\d/g) > 0
  );
}

/** Whether all groups have the same length, but for the last one, which may be shorter. */
function isEven([first = "", ...others]: readonly string[]): boolean {
  return (
    others.slice(0, -1).every(({ length }) => length === first.length) &&
    (others.at(-1)?.length ?? 0) <= first.length
  );
}

/** Whether a digit precedes a letter, as in no time (15m), or there are more consonants in a row than words have. */
function looksRandom(group: string): boolean {
  if (/^\d+[a-z]{1,2}$/i.test(group)) return false;
  return /\d[a-z]/i.test(group) || /[b-df-hj-np-tv-xz]{4}/i.test(group);
}

/** Groups that were typed with spaces between them and without quotes, so that most are separate arguments. */
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

/** Whether the word may be a group; the last group may be shorter. */
function isGroup(word: string | undefined, longest: number): boolean {
  return word !== undefined && /^[a-z0-9]{1,8}$/i.test(word) && word.length <= longest;
}
