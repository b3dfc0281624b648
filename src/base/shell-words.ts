/**
 * Quotes words for command lines that users paste: hints, commands on paper, the AWS config file. Names are foreign text, and
 * a line that contains one must mean the same in sh, dash, bash, zsh, fish, PowerShell and cmd. That includes PowerShell or
 * cmd starting a twinseed.cmd, which parses its line a second time. Characters that are not listed here are refused. Pure.
 *
 * Bare, letters, digits and these:
 *   _ . : / +   have no special meaning in any of them
 *   @           not at the beginning: PowerShell's @name splats the table $name
 *   =           not at the beginning: zsh replaces =name with the path of a program
 *   -           not at the beginning: it would be an option, even in quotation marks
 *
 * In double quotation marks, also:
 *   @ =         at the beginning
 *   ,           bare, PowerShell splits a,b into two arguments
 *   # ( ) '     bare, they start a comment, a group, a quotation
 *   space       single ones, between other characters: at either end or in a row they get lost when lines are wrapped or copied
 *   &           between two spaces: PowerShell passes a word without a space to a .cmd without its quotation marks
 *   \           before a letter, digit, dot or underscore, as in C:\Users: elsewhere sh and fish may remove it
 *
 * Never: $ ` " (special even in quotation marks), ! (history, in bash and zsh), % (variables, in cmd), ~ (a home folder;
 * newer PowerShell versions expand it for programs), ^ * ? [ ] { } ; | < > (special to cmd, or to a .cmd that gets them
 * without quotation marks), and control characters.
 */
const BARE = /^[\w.:/+][\w.:/+@=-]*$/;
const OPTION = /^--?[\w.:/+@=-]*$/;
const QUOTED = /^(?:[\w.:/+@=,#()'-]|\\(?=[\w.]))+(?: (?:& )?(?:[\w.:/+@=,#()'-]|\\(?=[\w.]))+)*$/;

/** The text as one word, never an option; undefined if no quoting is safe: then use an id or a placeholder. */
export function shellWord(text: string): string | undefined {
  return text.startsWith("-") ? undefined : shellOption(text);
}

/** The same, but options are allowed. */
export function shellOption(text: string): string | undefined {
  if (BARE.test(text) || OPTION.test(text)) return text;
  return QUOTED.test(text) ? `"${text}"` : undefined;
}
