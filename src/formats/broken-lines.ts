/**
 * URIs that a terminal or a mail broke into lines. Read as they stand, they would lose a part of the key or a parameter, and make
 * wrong codes. Only what can't be anything else is joined. Pure.
 */

const START = /(?:otpauth|otpauth-migration):\/\/[^"'<>`]*$/i;
/** In the middle of the parameters, or of what comes before them. */
const REST = /^[^\s"'<>`]{0,500}[?&](?:secret|issuer|algorithm|digits|period|counter|data)=/i;
/** A parameter without its value, or with half of its name. */
const UNFINISHED = /[?&](?:secret|issuer|algorithm|digits|period|counter|data)=$|[?&][a-z]{0,9}$/i;

/** Longer ones are none. */
const LONGEST_URI = 8192;

/** Line numbers stay. */
export function joinBrokenUris(text: string): string {
  const lines: string[] = [];
  let open = -1;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const rest = line.trim();
    const before = open < 0 ? "" : (lines[open] ?? "").trimEnd();
    if (before !== "" && goesOn(before, rest)) {
      lines[open] = before + rest;
      lines.push("");
    } else {
      open = START.test(line) ? lines.length : -1;
      lines.push(line);
    }
  }
  return lines.join("\n");
}

function goesOn(before: string, rest: string): boolean {
  if (rest === "" || before.length > LONGEST_URI || /\s|["'<>`]|:\/\//.test(rest)) return false;
  return REST.test(rest) || UNFINISHED.test(before);
}
