/** cotp (terminal), https://github.com/replydev/cotp: its plain export, and its database, which is locked with a password. */
import { type JsonObject, objectOf, parseJson } from "../base/untrusted-json.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import {
  cleanNames,
  collect,
  EntryFault,
  otpTypeOf,
  parametersOf,
  secretOfBase32,
  whoOf,
} from "./entries.ts";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import type { Format, Reading } from "./format.ts";
import { argon2Key } from "./kdf.ts";
import { base64Of, textOf } from "./shape.ts";

const COSTS = { kibibytes: 32 * 1024, iterations: 4, parallelism: 4 };
const NEWEST = { content: 2, lock: 1 };

export const cotp: Format = {
  id: "cotp",
  name: "cotp",
  detect({ json }) {
    const file = objectOf(json);
    return file !== undefined && (Array.isArray(file.elements) || isLocked(file));
  },
  async read({ json }, passphrase) {
    const file = objectOf(json) ?? {};
    if (!isLocked(file)) return readElements(file);
    const opened = await unlock(file, passphrase);
    return { ...readElements(opened), inside: [{ at: "", content: opened }] };
  },
};

function isLocked({ nonce, salt, cipher }: JsonObject): boolean {
  return typeof nonce === "string" && typeof salt === "string" && typeof cipher === "string";
}

async function unlock(file: JsonObject, passphrase: AskPassphrase): Promise<unknown> {
  requireVersion(file.version, NEWEST.lock);
  const [nonce, salt, sealed] = [base64Of(file.nonce), base64Of(file.salt), base64Of(file.cipher)];
  if (
    nonce?.length !== 24 ||
    salt === undefined ||
    salt.length < 8 ||
    sealed === undefined ||
    sealed.length < 16
  )
    throw unreadable("cotp", "is damaged");
  const key = await argon2Key(await passphrase(), salt, COSTS);
  const { default: sodium } = await import("libsodium-wrappers");
  await sodium.ready;
  let plain: Uint8Array;
  try {
    plain = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, null, nonce, key);
  } catch {
    throw new WrongPassphrase();
  }
  return parseJson(Buffer.from(plain).toString("utf8"));
}

/** The first databases were just the array. */
function readElements(content: unknown): Reading {
  const { elements, version } = objectOf(content) ?? { elements: content };
  requireVersion(version, NEWEST.content);
  if (!Array.isArray(elements)) throw unreadable("cotp", "is damaged");
  return collect(elements.map(objectOf), readElement, (element) => whoOf(element?.issuer, element?.label));
}

function requireVersion(version: unknown, newest: number): void {
  if (typeof version === "number" && version > newest)
    throw unreadable("cotp", `has version ${version}; this release reads up to ${newest}`);
}

function readElement(element: JsonObject | undefined): Enrollment {
  if (element === undefined) throw new EntryFault("it is damaged");
  const { issuer, label, digits, period, counter, secret } = element;
  // Some versions wrote the names from their source code: OTPSha1.
  const algorithm = textOf(element.algorithm).replace(/^OTP/i, "");
  return {
    ...cleanNames(issuer, label),
    otp: parametersOf({ type: otpTypeOf(element.type), algorithm, digits, period, counter }),
    secret: secretOfBase32(secret),
  };
}
