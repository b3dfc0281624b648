/** Accounts as the XML inside a KeePass database, each an entry with the field `otp`, which KeePassXC and KeePassDX read. */
import type { Enrollment } from "../otp/enrollment.ts";
import { type Note, noteAsText } from "../otp/plain-note.ts";
import { uriForKeePass } from "./keepassxc-csv.ts";
import { titleOf } from "./title.ts";

/** Seconds between the year 1, in which .NET's time begins, and 1970. */
const YEAR_1 = 62_135_596_800;
/** What XML 1.0 can't hold, however it is escaped. */
const NOT_IN_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

interface Around {
  readonly names: readonly string[];
  readonly notes: readonly (Note | undefined)[];
  readonly now: number;
  random(bytes: number): Uint8Array;
  /** Called in document order. */
  protect(value: string): string;
}

export function keepassXmlOf(enrollments: readonly Enrollment[], around: Around): string {
  const { names, notes, now, random, protect } = around;
  const id = () => `<UUID>${Buffer.from(random(16)).toString("base64")}</UUID>`;
  const time = timeOf(now);
  const times = `<Times><CreationTime>${time}</CreationTime><LastModificationTime>${time}</LastModificationTime></Times>`;
  const text = (name: string, value: string) =>
    `<String><Key>${name}</Key><Value>${escaped(value)}</Value></String>`;
  const entries = enrollments.map((one, i) => {
    const fields = [text("Title", titleOf(one, names[i])), text("UserName", one.label)];
    const otp = `<String><Key>otp</Key><Value Protected="True">${protect(uriForKeePass(one))}</Value></String>`;
    const note = notes[i];
    // Recovery codes are secrets: protected as the seed is, which KeePass shows as any other note.
    const kept =
      note === undefined
        ? ""
        : `<String><Key>Notes</Key><Value Protected="True">${protect(noteAsText(note))}</Value></String>`;
    return `<Entry>${id()}<IconID>0</IconID>${times}${fields.join("")}${otp}${kept}</Entry>`;
  });
  const group = `<Group>${id()}<Name>twinseed</Name><IconID>48</IconID>${times}${entries.join("")}</Group>`;
  return `<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<KeePassFile><Meta><Generator>twinseed</Generator><DatabaseName>twinseed</DatabaseName></Meta><Root>${group}</Root></KeePassFile>
`;
}

/** In version 4: seconds as 8 bytes, in base64. */
function timeOf(now: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(Math.floor(now / 1000) + YEAR_1));
  return bytes.toString("base64");
}

function escaped(text: string): string {
  return text
    .replace(NOT_IN_XML, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;")
    .replaceAll("\n", "&#10;");
}
