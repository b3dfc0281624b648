/** KeePassXC's CSV, which it reads as well: Database → Import → CSV file, where the columns are shown before. */
import type { Enrollment } from "../otp/enrollment.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { readCsv } from "./csv.ts";
import { headerOf } from "./csv-table.ts";
import type { Format } from "./format.ts";
import { enrollmentOfOtp } from "./keepass-fields.ts";

const COLUMNS = "Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created".split(",");
/** Beyond these it quietly shows wrong codes (seen in 2.7.4; later versions take longer periods). */
const MOST = { period: 60, digits: 9 };

export const keepassxcCsv: Format = {
  id: "keepassxc-csv",
  name: "KeePassXC",
  detect({ text }) {
    const names = text === undefined ? undefined : headerOf(text)?.names.slice(0, 7).join();
    return names === COLUMNS.slice(0, 7).join().toLowerCase();
  },
  read({ text = "" }) {
    return readCsv(text, (totp, { title, user }) => enrollmentOfOtp(totp, title, user));
  },
  writer: {
    password: false,
    leavesOut({ otp }) {
      if (otp.type === "hotp") return "KeePassXC has no counter-based codes";
      if (otp.period > MOST.period) return "many a KeePassXC shows wrong codes for periods above 60 seconds";
      if (otp.digits > MOST.digits) return "KeePassXC shows wrong codes of 10 digits";
      return undefined;
    },
    write(enrollments, { now }) {
      const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
      const rows = enrollments.map((one) => rowOf(one, time));
      return [COLUMNS, ...rows].map((row) => `${row.map(quoted).join()}\n`).join("");
    },
  },
};

function rowOf(enrollment: Enrollment, time: string): readonly string[] {
  const { issuer, label } = enrollment;
  return ["Root", issuer, label, "", "", "", uriOf(enrollment), "0", time, time];
}

/** KeePassXC knows no other type than totp, and assumes nothing: digits and period must be there. */
function uriOf(enrollment: Enrollment): string {
  if (enrollment.otp.type !== "steam") return formatOtpauthUri(enrollment);
  const uri = formatOtpauthUri(enrollment).replace("otpauth://steam/", "otpauth://totp/");
  return `${uri}&digits=5&period=30&encoder=steam`;
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}
