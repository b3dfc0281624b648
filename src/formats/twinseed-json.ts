/**
 * Our own plain format, docs/json.md, for scripts and for moving accounts by hand. It has the names and everything required to
 * make codes, but not the ledger; backups are for that.
 */
import { type JsonObject, objectOf } from "../base/untrusted-json.ts";
import { formatBase32 } from "../otp/base32.ts";
import { cleanText, type Enrollment } from "../otp/enrollment.ts";
import { type Note, noteAsText } from "../otp/plain-note.ts";
import { collect, EntryFault, otpTypeOf, parametersOf, secretOfBase32, whoOf } from "./entries.ts";
import { indexOf, withEntryNotes } from "./entry-note.ts";
import { unreadable } from "./faults.ts";
import type { Format } from "./format.ts";
import { listOf, textOf } from "./shape.ts";

const FORMAT = "twinseed accounts";
const VERSION = 1;

export const twinseedJson: Format = {
  id: "json",
  name: "twinseed",
  detect({ json }) {
    return objectOf(json)?.format === FORMAT;
  },
  read({ json }) {
    const { version, accounts } = objectOf(json) ?? {};
    if (version !== VERSION) throw unreadable("twinseed", "has a version that this release can't read");
    const items = listOf(accounts).map(objectOf);
    const reading = withEntryNotes(
      collect(items, readAccount, (item) => whoOf(item?.issuer, item?.label)),
      (at) => ({ text: textOf(items[indexOf(at)]?.note) }),
    );
    return {
      ...reading,
      entries: reading.entries.map((entry) => {
        const name = cleanText(textOf(items[indexOf(entry.at)]?.name));
        return name === "" ? entry : { ...entry, name };
      }),
    };
  },
  writer: {
    password: false,
    holdsNotes: true,
    reasonToOmit: () => undefined,
    write(enrollments, { names = [], notes = [] }) {
      const accounts = enrollments.map(({ issuer, label, otp, secret }, i) => ({
        name: names[i],
        issuer,
        label,
        ...otp,
        secret: formatBase32(secret),
        note: textIn(notes[i]),
      }));
      return `${JSON.stringify({ format: FORMAT, version: VERSION, accounts }, null, 2)}\n`;
    },
  },
};

/** undefined, which JSON leaves out, if there is none. */
function textIn(note: Note | undefined): string | undefined {
  return note && noteAsText(note);
}

function readAccount(item: JsonObject | undefined): Enrollment {
  if (item === undefined) throw new EntryFault("it is damaged");
  const { algorithm, digits, period, counter } = item;
  const type = otpTypeOf(item.type);
  return {
    issuer: cleanText(textOf(item.issuer)),
    label: cleanText(textOf(item.label)),
    otp: parametersOf({ type, algorithm, digits, period, counter }),
    secret: secretOfBase32(item.secret),
  };
}
