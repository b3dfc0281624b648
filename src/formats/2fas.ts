/**
 * 2FAS (Android, iOS), backup files of schema 1 to 4. `name` is the title that the user sees and may have edited; `otp` is what
 * was scanned. `otp.link` is the URI as it was scanned. It may be stale, and its secret may be blanked, so only a label is ever
 * taken from it.
 */
import { attempt, UserError } from "../base/errors.ts";
import { type JsonObject, objectOf } from "../base/untrusted-json.ts";
import { formatBase32, parseBase32 } from "../otp/base32.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { OtpauthUriError, parseOtpauthUri } from "../otp/otpauth-uri.ts";
import { lockServices, unlockServices } from "./2fas-lock.ts";
import {
  cleanNames,
  collect,
  EntryFault,
  joinReadings,
  parametersOf,
  secretOfBase32,
  whoOf,
} from "./entries.ts";
import { unreadable } from "./faults.ts";
import type { Format, WriteOptions } from "./format.ts";
import { textOf } from "./shape.ts";
import { titleOf } from "./title.ts";
import { requireSameSeed } from "./uri-entry.ts";

const NEWEST = 4;
/** The Android app reads counters as 32-bit numbers and refuses the whole file if one is larger. */
const LARGEST_COUNTER = 2_147_483_647;
/** The app's default icon. iOS refuses a file in which a service has no icon. */
const ICON = { selected: "IconCollection", iconCollection: { id: "a5b3fb65-4ec5-43e6-8ec1-49e24ca9e7ad" } };

export const twofas: Format = {
  id: "2fas",
  name: "2FAS",
  detect({ json }) {
    const file = objectOf(json);
    if (file === undefined) return false;
    return Array.isArray(file.services)
      ? file.schemaVersion !== undefined || file.appOrigin !== undefined || isLocked(file)
      : isLocked(file);
  },
  async read({ json }, passphrase) {
    const file = objectOf(json) ?? {};
    const { schemaVersion: version } = file;
    if (typeof version === "number" && version > NEWEST)
      throw unreadable("2FAS", `has version ${version}; this release reads up to ${NEWEST}`);
    const services = isLocked(file)
      ? await unlockServices(file.servicesEncrypted, file.reference, passphrase)
      : file.services;
    if (!Array.isArray(services)) throw unreadable("2FAS", "is damaged");
    const list = services.map(objectOf);
    const who = (service: JsonObject | undefined) => whoOf(service?.name, objectOf(service?.otp)?.account);
    const reading = joinReadings([collect(list, readService, who), collect(list, readLink, who)]);
    return isLocked(file) ? { ...reading, inside: [{ at: "", content: services }] } : reading;
  },
  writer: {
    password: true,
    reasonToOmit({ otp, secret }, earlier) {
      if (earlier.some((other) => other.secret.equals(secret)))
        return "2FAS keeps only one account for each seed, and an earlier account has the same seed";
      if (otp.type === "hotp" && otp.counter > LARGEST_COUNTER) return "its counter is too large for 2FAS";
      return undefined;
    },
    async write(enrollments, options) {
      const services = enrollments.map((one, position) =>
        serviceOf(one, titleOf(one, options.names?.[position]), position, options.now),
      );
      const locked = options.passphrase === undefined ? { services } : await locking(services, options);
      return `${JSON.stringify({ ...locked, ...about(options.now) }, null, 2)}\n`;
    },
  },
};

function isLocked({ servicesEncrypted }: JsonObject): boolean {
  return typeof servicesEncrypted === "string" && servicesEncrypted !== "";
}

function readService(service: JsonObject | undefined): Enrollment {
  if (service === undefined) throw new EntryFault("it is damaged");
  const otp = objectOf(service.otp) ?? {};
  // Schema 1 and 2 do not mark HOTP entries. They are read as TOTP, as the app does.
  const type = (textOf(otp.tokenType) || "TOTP").toLowerCase();
  if (type !== "totp" && type !== "hotp" && type !== "steam") throw new EntryFault("unknown type");
  const { algorithm, digits, period, counter } = otp;
  return {
    ...whose(service, otp),
    otp: parametersOf({ type, algorithm, digits, period, counter }),
    secret: secretOfBase32(service.secret),
  };
}

function readLink(service: JsonObject | undefined): undefined {
  const secret = attempt(() => parseBase32(textOf(service?.secret)));
  if (!(secret instanceof UserError)) requireSameSeed(textOf(objectOf(service?.otp)?.link), secret);
}

/** The name is the account, otherwise the label without the issuer, otherwise the scanned URI's label without the issuer. */
function whose(service: JsonObject, otp: JsonObject): Pick<Enrollment, "issuer" | "label"> {
  const title = textOf(service.name);
  // A title that only repeats the account is no issuer (title.ts).
  const issuer = textOf(otp.issuer) || (title === textOf(otp.account) ? "" : title);
  if (textOf(otp.account) !== "") return cleanNames(issuer, textOf(otp.account));
  for (const candidate of [textOf(otp.label), labelOfLink(textOf(otp.link))]) {
    const found = cleanNames(issuer, candidate);
    if (found.label !== "" && found.label !== found.issuer) return found;
  }
  return cleanNames(issuer, "");
}

function labelOfLink(link: string): string {
  const [path = "", query = ""] = link.split("?");
  const issuer = query.split("&").find((pair) => /^issuer=/i.test(pair)) ?? "";
  try {
    return parseOtpauthUri(`${path}?secret=AAAAAAAA&${issuer}`).label;
  } catch (error) {
    if (error instanceof OtpauthUriError) return "";
    throw error;
  }
}

function serviceOf({ issuer, label, otp, secret }: Enrollment, title: string, position: number, now: number) {
  return {
    name: title,
    secret: formatBase32(secret),
    updatedAt: now,
    otp: {
      // Readers strip an issuer in front of the account. If the account itself starts with it, the issuer is written twice.
      account: issuer !== "" && label.startsWith(`${issuer}:`) ? `${issuer}:${label}` : label,
      issuer,
      digits: otp.digits,
      period: otp.type === "hotp" ? 30 : otp.period,
      algorithm: otp.algorithm,
      counter: otp.type === "hotp" ? otp.counter : 0,
      tokenType: otp.type.toUpperCase(),
      source: "Link",
    },
    order: { position },
    icon: ICON,
  };
}

async function locking(services: readonly unknown[], { passphrase = "", random }: WriteOptions) {
  return { services: [], ...(await lockServices(JSON.stringify(services), passphrase, random)) };
}

function about(now: number) {
  return {
    groups: [],
    updatedAt: now,
    schemaVersion: NEWEST,
    appVersionCode: 5_000_000,
    appVersionName: "5.0.0",
    appOrigin: "android",
  };
}
