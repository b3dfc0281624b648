/** Accounts and shares for sheets. All keys and words are made up here. */
import { createHash } from "node:crypto";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { Secret } from "../../src/otp/secret.ts";
import type { SheetAccount } from "../../src/sheet/account-block.ts";
import { aws, bank, counting, github, odd, steam } from "../helpers/accounts.ts";

/** A key of `bytes` bytes, another for each number. */
export function keyNumber(number: number, bytes = 20): Secret {
  return Secret.of(
    Uint8Array.from(createHash("sha512").update(`sheet ${number}`).digest().subarray(0, bytes)),
  );
}

export const longLabel: Enrollment = {
  ...github,
  issuer: "A service with quite a long name ".repeat(3).trim(),
  label: `${"a long label that goes on and on ".repeat(12)}end`,
  secret: keyNumber(1000, 32),
};

export const hostile: Enrollment = {
  ...github,
  issuer: `</style><script>alert(1)</script>"'&`,
  label: "\u202egro.elpmaxe@eve\u0007 <img src=http://example.org/>",
  secret: keyNumber(1001),
};

/** `count` accounts, all different, of every kind and key length; the seventh and few others have a long label. */
export function manyAccounts(count: number): Enrollment[] {
  const kinds = [aws, github, bank, counting, steam, odd, longLabel];
  return Array.from({ length: count }, (_, i) => ({
    ...(kinds[i % kinds.length] ?? github),
    label: i % 20 === 6 ? `${longLabel.label} ${i}` : `user${i}@example.org`,
    secret: keyNumber(i, [10, 20, 32, 64][i % 4]),
  }));
}

export function shownAs(enrollment: Enrollment, more: Partial<SheetAccount> = {}): SheetAccount {
  return { name: enrollment.label, enrollment, qr: { side: 29, path: "M4 4h7v1h-7z" }, holders: [], ...more };
}

/** Three shares of 32 bytes of no meaning, of which two are needed. */
export const SHARES = [
  "soul heat academic acid ancient enjoy check craft emission testify crazy column wolf funding salon remember username space kitchen exclude sheriff genre surprise kitchen yield peasant blanket expect racism dwarf resident armed review",
  "soul heat academic agency artwork romp taxi island screw purchase dominant library manual endorse exotic adjust loan tofu weapon dragon lair salt teacher western pajamas august skin kernel scene jump therapy mild universe",
  "soul heat academic always aircraft entrance review mineral valid element always hospital campus hospital ruler silent primary wits hobo perfect bolt genuine penalty branch teacher laundry response erode finance receiver spew making prune",
] as const;
