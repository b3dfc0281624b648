/** Apple Passwords (macOS, iOS): the CSV that it exports and imports. */
import type { Enrollment } from "../otp/enrollment.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { NO_NOTE, type Note, noteAsText } from "../otp/plain-note.ts";
import { readCsv } from "./csv.ts";
import { csvOf, headerWith } from "./csv-table.ts";
import type { Format } from "./format.ts";
import { titleOf } from "./title.ts";

const COLUMNS = "Title,URL,Username,Password,Notes,OTPAuth".split(",");

export const appleCsv: Format = {
  id: "apple",
  name: "Apple Passwords",
  readsEveryField: true,
  detect({ text, json }) {
    if (text === undefined || json !== undefined) return false;
    const header = headerWith(text, ["otpauth"]);
    return header?.names.join() === COLUMNS.join().toLowerCase();
  },
  read({ text = "" }) {
    return readCsv(text);
  },
  writer: {
    password: false,
    holdsNotes: true,
    reasonToOmit({ otp }) {
      if (otp.type === "hotp") return "Apple Passwords has no counter-based codes";
      return otp.type === "steam" ? "Apple Passwords has no Steam codes" : undefined;
    },
    write(enrollments, { names = [], notes = [] }) {
      return csvOf([COLUMNS, ...enrollments.map((one, i) => rowOf(one, titleOf(one, names[i]), notes[i]))]);
    },
  },
};

function rowOf(enrollment: Enrollment, title: string, note: Note = NO_NOTE): readonly string[] {
  return [title, "", enrollment.label, "", noteAsText(note), formatOtpauthUri(enrollment)];
}
