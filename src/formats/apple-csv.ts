/** Apple Passwords (macOS, iOS): the CSV that it exports and imports. */
import type { Enrollment } from "../otp/enrollment.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
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
    reasonToOmit({ otp }) {
      if (otp.type === "hotp") return "Apple Passwords has no counter-based codes";
      return otp.type === "steam" ? "Apple Passwords has no Steam codes" : undefined;
    },
    write(enrollments, { names = [] }) {
      return csvOf([COLUMNS, ...enrollments.map((one, i) => rowOf(one, titleOf(one, names[i])))]);
    },
  },
};

function rowOf(enrollment: Enrollment, title: string): readonly string[] {
  return [title, "", enrollment.label, "", "", formatOtpauthUri(enrollment)];
}
