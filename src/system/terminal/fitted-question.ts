/** A question on the alternate screen: lines are cut at the window's edge there, and what is typed must not be. Pure. */

/** Columns for the answer: a code, or a short name. */
const ANSWER = 12;

/** The question, or its end, which says what Enter means. */
export function fittedQuestion(question: string, columns: number): string {
  const room = Math.max(1, columns - ANSWER);
  if (width(question) <= room) return question;
  const end = [...question];
  while (end.length > 0 && width(end.join("")) >= room) end.shift();
  return `…${end.join("").trimStart()}`;
}

/** At most: wide characters have two columns, and so, here, has everything that is not ASCII. */
function width(text: string): number {
  return [...text].reduce((columns, character) => columns + (/[ -~]/.test(character) ? 1 : 2), 0);
}
