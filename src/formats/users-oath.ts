/**
 * users.oath, which pam_oath (OATH Toolkit) reads on servers. One user per line: type, name, PIN or "-", key in hex, and for
 * counter-based keys the counter. `HOTP/T30/6` is time-based.
 */
import type { Enrollment } from "../otp/enrollment.ts";
import { cleanNames, collect, EntryFault, parametersOf, secretOfBytes } from "./entries.ts";
import type { Format } from "./format.ts";
import { hexOf } from "./shape.ts";

const TYPE = /^HOTP(?:\/(E|T\d{1,4}))?(?:\/(\d{1,2}))?$/i;

/** 80 bits. One such line is enough: the others may be damaged, and are named. */
const SURE_KEY = /^[0-9a-f]{20,}$/i;

export const usersOath: Format = {
  id: "users-oath",
  name: "users.oath",
  isAppsOwn: true,
  detect({ text, json }) {
    if (text === undefined || json !== undefined) return false;
    return linesOf(text).some(
      ({ cells: [kind = "", , , key = ""] }) => TYPE.test(kind) && SURE_KEY.test(key),
    );
  },
  read({ text = "" }) {
    return collect(
      linesOf(text),
      ({ cells }) => readLine(cells),
      ({ cells }) => cells[1] ?? "",
      (_, { number }) => `line ${number}`,
    );
  },
};

function linesOf(text: string) {
  return text
    .split(/\r?\n/)
    .map((line, i) => ({ cells: line.trim().split(/[ \t]+/), number: i + 1 }))
    .filter(({ cells: [first = ""] }) => first !== "" && !first.startsWith("#"));
}

function readLine([kind = "", user, , key, counter, last]: readonly string[]): Enrollment {
  if (!TYPE.test(kind)) throw new EntryFault("its type is none of pam_oath's");
  const [, moving = "E", digits] = TYPE.exec(kind) ?? [];
  const names = cleanNames("", user);
  const secret = secretOfBytes(hexOf(key));
  if (/^T/i.test(moving))
    return { ...names, otp: parametersOf({ type: "totp", digits, period: moving.slice(1) }), secret };
  if (counter !== undefined && !/^\d{1,15}$/.test(counter))
    throw new EntryFault("its counter is not a number");
  // With a code that was used, the counter is that code's.
  const next = Number(counter ?? 0) + (last === undefined ? 0 : 1);
  return { ...names, otp: parametersOf({ type: "hotp", digits, counter: String(next) }), secret };
}
