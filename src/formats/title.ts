/**
 * The title of an account in an app that shows one: never empty, although not every account has an issuer (old AWS codes have none).
 * When such a file is read again, a title that only repeats the login does not become the issuer.
 */
import type { Enrollment } from "../otp/enrollment.ts";

/** `name` is the user's own. */
export function titleOf({ issuer, label }: Enrollment, name = ""): string {
  return issuer || label || name;
}
