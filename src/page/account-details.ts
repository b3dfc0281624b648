/** What the next device needs: the QR code, or the key to type with its parameters. */
import { formatBase32 } from "../otp/base32.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { element } from "./element.ts";
import type { Words } from "./page-words.ts";
import { qrCodeOf } from "./qr-code.ts";

export function accountDetails(enrollment: Enrollment, name: string, words: Words): HTMLElement {
  const qr = qrCodeOf(enrollment, words.qrOf(name));
  const groups = formatBase32(enrollment.secret).match(/.{1,4}/g) ?? [];
  const { otp } = enrollment;
  const factor = otp.type === "hotp" ? otp.counter : `${otp.period} s`;
  return element(
    "div",
    { class: "details" },
    element("p", { class: "hint" }, words.detailsHint),
    qr === undefined ? element("p", {}, words.tooLong) : element("div", { class: "qr" }, qr),
    element("h4", {}, words.key),
    element(
      "p",
      { class: "key", translate: "no" },
      ...groups.flatMap((group) => [element("span", {}, group), " "]),
    ),
    element("h4", {}, words.settings),
    element("p", {}, [otp.type.toUpperCase(), otp.algorithm, otp.digits, factor].join(" · ")),
  );
}
