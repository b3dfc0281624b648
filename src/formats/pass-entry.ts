/** Entries that `pass otp` and gopass read: the URI on the first line, and a path of issuer and label. */
import type { Enrollment } from "../otp/enrollment.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { type Note, noteAsText } from "../otp/plain-note.ts";
import { titleOf } from "./title.ts";

/** oathtool computes the codes for pass. */
const DIGITS = { least: 6, most: 8 };
/** In UTF-8, of a file's name without what we may append; disks take 255. */
const LONGEST = 200;

/** Why pass can't show codes of it; undefined if it can. */
export function reasonToOmitFromPass({ otp }: Enrollment): string | undefined {
  if (otp.type === "steam") return "pass has no Steam codes";
  const { digits } = otp;
  return digits < DIGITS.least || digits > DIGITS.most ? "pass has codes of 6 to 8 digits" : undefined;
}

/** The first URI is the one that counts. */
export function passEntryOf({ enrollment, note }: { enrollment: Enrollment; note?: Note }): string {
  const uri = `${formatOtpauthUri(enrollment)}\n`;
  return note === undefined ? uri : `${uri}\n${noteAsText(note)}\n`;
}

/**
 * The paths of the entries in the store, without ".gpg": "GitHub/octocat", or the title alone if there is no issuer or no label.
 * Each is different, also where case does not count.
 */
export function passPaths(
  accounts: readonly { readonly enrollment: Enrollment; readonly name: string }[],
): string[] {
  const taken = new Set<string>();
  return accounts.map(({ enrollment, name }) => {
    const { issuer, label } = enrollment;
    const parts = issuer !== "" && label !== "" ? [issuer, label] : [titleOf(enrollment, name)];
    const path = parts.map(asFileName).join("/");
    for (let count = 1; ; count++) {
      const free = count === 1 ? path : `${path} ${count}`;
      const key = free.normalize("NFC").toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return free;
    }
  });
}

/** Not hidden, not a path, and fit for every disk. */
function asFileName(text: string): string {
  const characters = [...text.replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, "-")];
  const from = characters.findIndex((one) => !/[.\s-]/.test(one));
  const to = characters.findLastIndex((one) => !/[.\s]/.test(one));
  let name = "";
  for (const character of from < 0 ? [] : characters.slice(from, to + 1)) {
    if (Buffer.byteLength(name + character) > LONGEST) break;
    name += character;
  }
  return name === "" ? "account" : name;
}
