/**
 * Words for lines that people paste: hints, commands on paper, the AWS config file. Names come from outside, and a line with
 * one in it must mean the same in sh, dash, bash, zsh, fish, PowerShell and cmd, also where PowerShell or cmd starts a
 * twinseed.cmd, which reads its line once more. What is not listed here is refused. Pure.
 *
 * Bare, letters, digits and these:
 *   _ . : / +   mean nothing to any of them
 *   @           not at the beginning: PowerShell's @name stands for the table $name
 *   =           not at the beginning: zsh replaces =name with the path of a program
 *   -           not at the beginning: it would be an option, in quotation marks too
 *
 * In double quotation marks, also:
 *   @ =         at the beginning
 *   ,           bare, PowerShell makes two arguments of a,b
 *   # ( ) '     a comment, a group, a quotation: not within double quotation marks
 *   space       one at a time, and inside: at an end or in a row they are lost where lines are wrapped or copied
 *   &           between two spaces: PowerShell hands a word without a space to a .cmd without its quotation marks
 *   \           before a letter, digit, dot or underscore, as in C:\Users: elsewhere sh and fish may take it away
 *
 * Never: $ ` " (read within quotation marks), ! (history, in bash and zsh), % (variables, in cmd), ~ (a home folder; newer
 * PowerShells replace it for programs), ^ * ? [ ] { } ; | < > (cmd, or a .cmd that gets them without quotation marks), and
 * control characters.
 */
import { isPlain } from "./printable.ts";

const BARE = /^[\w.:/+][\w.:/+@=-]*$/;
const OPTION = /^--?[\w.:/+@=-]*$/;
const QUOTED = /^(?:[\w.:/+@=,#()'-]|\\(?=[\w.]))+(?: (?:& )?(?:[\w.:/+@=,#()'-]|\\(?=[\w.]))+)*$/;

/** The text as one word, never an option; undefined where there is none, and an id or a placeholder has to do. */
export function shellWord(text: string): string | undefined {
  return text.startsWith("-") ? undefined : shellOption(text);
}

/** The same, for what may be an option. */
export function shellOption(text: string): string | undefined {
  if (BARE.test(text) || OPTION.test(text)) return text;
  return QUOTED.test(text) ? `"${text}"` : undefined;
}

/**
 * As shellWord, for a line that is typed off paper: letters of all scripts too. In a line that is pasted, a terminal that is
 * set to another encoding could take the bytes of one for keys.
 */
export function typedWord(text: string): string | undefined {
  // "a" stands for them all. A mark at the beginning would join the quotation mark.
  const ascii = text.startsWith("-") || isPlain(text) ? text : text.replace(/(?<!^)\p{M}|\p{L}|\p{N}/gu, "a");
  return ascii === text ? shellWord(text) : shellWord(ascii) && `"${text}"`;
}
