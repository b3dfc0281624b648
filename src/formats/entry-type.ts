/** The kinds of codes as apps spell them. */
import { EntryFault } from "./entries.ts";
import { textOf } from "./shape.ts";

export type OtpType = "totp" | "hotp" | "steam";

/** `absent` stands where the file says nothing. Throws EntryFault for kinds that need another algorithm, or are not known. */
export function otpTypeOf(value: unknown, absent?: OtpType): OtpType {
  const name = textOf(value).toLowerCase();
  if (name === "totp" || name === "hotp" || name === "steam") return name;
  if (name === "" && absent !== undefined) return absent;
  if (name === "motp") throw new EntryFault("mOTP codes are not supported: they need a PIN and MD5");
  if (name === "yandex" || name === "yaotp")
    throw new EntryFault("Yandex codes are not supported: they need a PIN and an algorithm of their own");
  throw new EntryFault(name === "" ? "it has no type" : "its type is not known");
}
