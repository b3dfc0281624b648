/** 2FAuth (self-hosted), its JSON export: https://docs.2fauth.app */
import { attempt, UserError } from "../base/errors.ts";
import { type JsonObject, objectOf, objectsOf } from "../base/untrusted-json.ts";
import { parseBase32 } from "../otp/base32.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import {
  cleanNames,
  collect,
  EntryFault,
  joinReadings,
  otpTypeOf,
  parametersOf,
  secretOfBase32,
  whoOf,
} from "./entries.ts";
import { unreadable } from "./faults.ts";
import type { Format } from "./format.ts";
import { textOf } from "./shape.ts";
import { requireSameSeed } from "./uri-entry.ts";

export const twofauth: Format = {
  id: "2fauth",
  name: "2FAuth",
  detect({ json }) {
    const file = objectOf(json);
    if (file === undefined || !Array.isArray(file.data)) return false;
    return /^2fauth/i.test(textOf(file.app)) || objectOf(file.data[0])?.otp_type !== undefined;
  },
  read({ json }) {
    const { schema, data } = objectOf(json) ?? {};
    if (typeof schema === "number" && schema > 1)
      throw unreadable("2FAuth", `has version ${schema}; this release reads up to 1`);
    const who = (entry: JsonObject | undefined) => whoOf(entry?.service, entry?.account);
    const list = objectsOf(data);
    return joinReadings([collect(list, readEntry, who), collect(list, readCopy, who)]);
  },
};

/** It has been there since before 2FAuth had fields of its own. */
function readCopy(entry: JsonObject | undefined): undefined {
  const secret = attempt(() => parseBase32(textOf(entry?.secret)));
  if (!(secret instanceof UserError)) requireSameSeed(textOf(entry?.legacy_uri), secret);
}

function readEntry(entry: JsonObject | undefined): Enrollment {
  if (entry === undefined) throw new EntryFault("it is damaged");
  const { service, account, otp_type, algorithm, digits, period, counter, secret } = entry;
  const type = otpTypeOf(textOf(otp_type).toLowerCase() === "steamtotp" ? "steam" : otp_type);
  return {
    ...cleanNames(service, account),
    otp: parametersOf({ type, algorithm, digits, period, counter }),
    secret: secretOfBase32(secret),
  };
}
