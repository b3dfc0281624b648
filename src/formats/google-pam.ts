/**
 * ~/.google_authenticator, which google-authenticator-libpam reads on servers: the key in base32 on the first line, then options
 * (`" TOTP_AUTH`), then scratch codes. https://github.com/google/google-authenticator-libpam/blob/master/FILEFORMAT
 */
import { collect, parametersOf, secretOfBase32 } from "./entries.ts";
import type { Format } from "./format.ts";

const SHAPE = /^[A-Z2-7]{8,}=*\r?\n" [A-Z]+_[A-Z_]+/i;

export const googlePam: Format = {
  id: "google-pam",
  name: "google-authenticator (PAM)",
  isAppsOwn: true,
  detect: ({ text }) => text !== undefined && SHAPE.test(text),
  read({ text = "" }) {
    const [key = "", ...lines] = text.split(/\r?\n/);
    const option = (name: string) => lines.find((line) => line.startsWith(`" ${name} `))?.split(" ")[2];
    const counter = option("HOTP_COUNTER");
    const type = counter === undefined ? "totp" : "hotp";
    return collect(
      [key],
      () => ({
        issuer: "",
        label: "",
        otp: parametersOf({ type, period: option("STEP_SIZE"), counter }),
        secret: secretOfBase32(key),
      }),
      undefined,
      () => "line 1",
    );
  },
};
