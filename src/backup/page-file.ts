/**
 * A recovery page: an HTML file of two parts. The *viewer* is the same in every page of a release; the backup, an armored age file,
 * stands in it between the two lines that all armored age files begin and end with. Pure, and without Node, as the page itself
 * takes the backup out of another page with it.
 */
import { ExitCode, UserError } from "../base/errors.ts";

const PLACE = '<pre id="backup" hidden>\n';
/** As the documented sed finds them: "/BEGIN AGE/,/END AGE/". */
const [BEGIN, END] = [/BEGIN AGE/, /END AGE/];

export interface PageParts {
  /** What `sed '/BEGIN AGE/,/END AGE/d'` leaves. */
  readonly viewer: string;
  readonly armored: string;
}

/** `armored`: with its two marker lines, and a line feed at the end. */
export function pageWith(viewer: string, armored: string): string {
  const [before, after, ...more] = viewer.split(PLACE);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error("the viewer has no single place for a backup");
  const page = `${before}${PLACE}${armored}${after}`;
  const parts = partsOf(new TextEncoder().encode(page));
  if (parts?.viewer !== viewer || parts.armored !== armored) throw new Error("the page does not read back");
  return page;
}

/** undefined if the file is no HTML page. Throws UserError (exit 5) if there is not exactly one backup in it. */
export function partsOf(bytes: Uint8Array): PageParts | undefined {
  const text = (part: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(part);
  if (!/^\ufeff?\s*<!doctype html/i.test(text(bytes.subarray(0, 200)))) return undefined;
  const lines = text(bytes).split("\n");
  const begins = lines.flatMap((line, i) => (BEGIN.test(line) ? i : []));
  const ends = lines.flatMap((line, i) => (END.test(line) ? i : []));
  const [begin = 0, end = 0] = [begins[0], ends[0]];
  if (begins.length === 0) throw unreadable("the page has no backup in it: it is a viewer alone");
  if (begins.length > 1 || ends.length > 1)
    throw unreadable("the page has more than one backup in it: twinseed writes one into each page");
  if (ends.length === 0 || end <= begin) throw unreadable("the backup in the page is not complete");
  const armored = lines.slice(begin, end + 1).map((line) => `${line.trim()}\n`);
  return { viewer: lines.toSpliced(begin, end - begin + 1).join("\n"), armored: armored.join("") };
}

function unreadable(message: string): UserError {
  return new UserError(message, ExitCode.unreadable, [
    "choose the .age file, or a page from: backup create --page",
  ]);
}
