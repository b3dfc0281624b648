/** The user's own options for the AWS CLI: those that fit every call, and those of one operation. Pure. */

/** The options of `aws` itself, of both versions. */
const GLOBAL = [
  "--debug",
  "--endpoint-url",
  "--no-verify-ssl",
  "--no-paginate",
  "--output",
  "--query",
  "--profile",
  "--region",
  "--version",
  "--color",
  "--no-sign-request",
  "--ca-bundle",
  "--cli-read-timeout",
  "--cli-connect-timeout",
  "--cli-binary-format",
  "--cli-error-format",
  "--no-cli-pager",
  "--cli-auto-prompt",
  "--no-cli-auto-prompt",
  "--v2-debug",
];
/** The CLI accepts the beginning of an option; shorter ones could be of an operation as well. */
const SHORTEST = 5;

export interface SplitOptions {
  readonly common: readonly string[];
  readonly own: readonly string[];
}

/** An option and the words after it, which are its values, stay together. */
export function splitOptions(words: readonly string[]): SplitOptions {
  const common: string[] = [];
  const own: string[] = [];
  let current = own;
  for (const word of words) {
    if (word.startsWith("--")) current = isGlobal(word) ? common : own;
    current.push(word);
  }
  return { common, own };
}

/** The value of a global option, if it is given. */
export function optionValue(words: readonly string[], name: string): string | undefined {
  const at = words.findLastIndex((word) => isShortFor(name, word.split("=")[0] ?? ""));
  const word = words[at];
  if (word === undefined) return undefined;
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : (words[at + 1] ?? "");
}

/** Without every use of a global option that takes a value. */
export function withoutOption(words: readonly string[], name: string): string[] {
  const isIt = (word = ""): boolean => isShortFor(name, word.split("=")[0] ?? "");
  return words.filter((word, i) => !isIt(word) && !(isIt(words[i - 1]) && !words[i - 1]?.includes("=")));
}

function isGlobal(word: string): boolean {
  const [name = ""] = word.split("=");
  return GLOBAL.some((option) => isShortFor(option, name));
}

function isShortFor(option: string, word: string): boolean {
  return option === word || (word.length >= SHORTEST && option.startsWith(word));
}
