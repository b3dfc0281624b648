/** Dashlane: a zip of CSV files. Only `credentials.csv` is read. */
import { readCsv } from "./csv.ts";
import { unreadable } from "./faults.ts";
import type { Format } from "./format.ts";

const MEMBER = /(^|\/)credentials\.csv$/i;

export const dashlane: Format = {
  id: "dashlane",
  name: "Dashlane",
  detect({ members = [] }) {
    return members.some((name) => MEMBER.test(name));
  },
  async read({ bytes, members = [] }, passphrase) {
    const member = members.find((name) => MEMBER.test(name));
    if (member === undefined) throw unreadable("Dashlane", "has no credentials.csv");
    const { readMember } = await import("./zip.ts");
    return readCsv(new TextDecoder().decode(await readMember(bytes, member, passphrase)));
  },
};
