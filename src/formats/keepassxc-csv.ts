/** KeePassXC's CSV, which KeePassXC can import too: Database → Import → CSV file, where it shows the columns first. */
import type { Enrollment } from "../otp/enrollment.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { NO_NOTE, type Note, noteAsText } from "../otp/plain-note.ts";
import { readCsv } from "./csv.ts";
import { csvOf, headerOf } from "./csv-table.ts";
import type { Format } from "./format.ts";
import { enrollmentOfOtp } from "./keepass-fields.ts";
import { titleOf } from "./title.ts";

const COLUMNS = "Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created".split(",");
/** Beyond these, KeePassXC silently shows wrong codes (seen in 2.7.4; later versions support longer periods). */
const MOST = { period: 60, digits: 9 };

export const keepassxcCsv: Format = {
  id: "keepassxc-csv",
  name: "KeePassXC",
  readsEveryField: true,
  detect({ text }) {
    const names = text === undefined ? undefined : headerOf(text)?.names.slice(0, 7).join();
    return names === COLUMNS.slice(0, 7).join().toLowerCase();
  },
  read({ text = "" }) {
    return readCsv(text, (totp, { title, user }) => enrollmentOfOtp(totp, title, user));
  },
  writer: {
    password: false,
    holdsNotes: true,
    reasonToOmit: reasonKeePassCannot,
    write(enrollments, { now, names = [], notes = [] }) {
      const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
      const rows = enrollments.map((one, i) => rowOf(one, titleOf(one, names[i]), time, notes[i]));
      return csvOf([COLUMNS, ...rows]);
    },
  },
};

export function reasonKeePassCannot({ otp }: Enrollment): string | undefined {
  if (otp.type === "hotp") return "KeePassXC has no counter-based codes";
  if (otp.period > MOST.period)
    return "some KeePassXC versions show wrong codes for periods above 60 seconds";
  if (otp.digits > MOST.digits) return "KeePassXC shows wrong codes if they have 10 digits";
  return undefined;
}

function rowOf(enrollment: Enrollment, title: string, time: string, note: Note = NO_NOTE): readonly string[] {
  return [
    "Root",
    title,
    enrollment.label,
    "",
    "",
    noteAsText(note),
    uriForKeePass(enrollment),
    "0",
    time,
    time,
  ];
}

/** KeePassXC supports only the type totp and has no defaults: digits and period must be there. */
export function uriForKeePass(enrollment: Enrollment): string {
  if (enrollment.otp.type !== "steam") return formatOtpauthUri(enrollment);
  const uri = formatOtpauthUri(enrollment).replace("otpauth://steam/", "otpauth://totp/");
  return `${uri}&digits=5&period=30&encoder=steam`;
}
