/**
 * Authy has no export; these are its preferences from a rooted phone. The seeds are either in plain text or encrypted with the
 * backup password. Period and algorithm are not stored: they are 30 seconds and SHA1, except for Authy's own tokens.
 */
import { type JsonObject, objectsOf, parseJson } from "../base/untrusted-json.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { preferencesOf } from "./android-preferences.ts";
import {
  cleanNames,
  collect,
  EntryFault,
  parametersOf,
  secretOfBase32,
  secretOfBytes,
  whoOf,
} from "./entries.ts";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import type { Format } from "./format.ts";
import { openCbc, pbkdf2Key } from "./kdf.ts";
import { base64Of, hexOf, textOf } from "./shape.ts";

const KEYS = ["com.authy.storage.tokens.authenticator.key", "com.authy.storage.tokens.authy.key"];
const ITERATIONS = 1_000;
const NO_IV = Buffer.alloc(16);
const OWN_TOKENS = "Authy's own tokens (7 digits, 10 seconds) work only as long as the Authy account exists";

export const authy: Format = {
  id: "authy",
  name: "Authy",
  detect: ({ text }) => KEYS.some((key) => preferencesOf(text)?.has(key)),
  async read({ text }, passphrase) {
    const preferences = preferencesOf(text);
    const lists = KEYS.flatMap((key) => preferences?.get(key) ?? []).map(parseJson);
    if (!lists.every(Array.isArray)) throw unreadable("Authy", "is damaged");
    const tokens = await opened(lists.flatMap(objectsOf), passphrase);
    const reading = collect(tokens, readToken, (token) => whoOf(token?.originalIssuer, token?.name));
    return tokens.some((token) => token?.secretSeed !== undefined)
      ? { ...reading, notes: [OWN_TOKENS] }
      : reading;
  },
};

function isLocked(token: JsonObject | undefined): token is JsonObject {
  return (
    token !== undefined &&
    textOf(token.decryptedSecret ?? token.secretSeed) === "" &&
    textOf(token.encryptedSecret) !== ""
  );
}

/** A wrong password opens none of them. If only some can't be opened, those are damaged. */
async function opened(tokens: readonly (JsonObject | undefined)[], passphrase: AskPassphrase) {
  if (!tokens.some(isLocked)) return tokens;
  const password = await passphrase();
  const found: (JsonObject | undefined)[] = [];
  let successes = 0;
  for (const token of tokens) {
    const decryptedSecret = isLocked(token) ? await openSecret(token, password) : undefined;
    if (decryptedSecret !== undefined) successes++;
    found.push(decryptedSecret === undefined ? token : { ...token, decryptedSecret });
  }
  if (successes === 0) throw new WrongPassphrase();
  return found;
}

async function openSecret(
  { encryptedSecret, salt }: JsonObject,
  password: string,
): Promise<string | undefined> {
  const sealed = base64Of(encryptedSecret);
  if (sealed === undefined || typeof salt !== "string") return undefined;
  const key = await pbkdf2Key(password, Buffer.from(salt), ITERATIONS, 32, "sha1");
  const text = openCbc(key, NO_IV, sealed)?.toString("latin1");
  // With one wrong key in 256, the padding looks correct.
  return text !== undefined && /^[A-Z2-7\s=-]+$/i.test(text) ? text : undefined;
}

function readToken(token: JsonObject | undefined): Enrollment {
  if (token === undefined) throw new EntryFault("it is damaged");
  if (isLocked(token)) throw new EntryFault("the password does not decrypt it");
  const { digits, secretSeed, decryptedSecret } = token;
  if (secretSeed !== undefined)
    return {
      ...namesOf(token),
      otp: parametersOf({ type: "totp", digits: digits ?? 7, period: 10 }),
      secret: secretOfBytes(hexOf(secretSeed)),
    };
  return {
    ...namesOf(token),
    otp: parametersOf({ type: "totp", digits }),
    secret: secretOfBase32(decryptedSecret),
  };
}

/** The user may have edited the name; the original name has the issuer. */
function namesOf({ name, originalIssuer, originalName }: JsonObject): Pick<Enrollment, "issuer" | "label"> {
  const shown = textOf(name) || textOf(originalName);
  return cleanNames(textOf(originalIssuer) || cleanNames("", originalName).issuer, shown);
}
