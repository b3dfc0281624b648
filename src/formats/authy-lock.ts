/**
 * How Authy locks a token: AES-256-CBC with PBKDF2-SHA1 over the backup password and the token's own salt, which is text. Tokens
 * from before 2024 have 1,000 rounds and an IV of zeros. Newer ones have 100,000 rounds, and some say so and have an IV.
 */
import { LIMITS } from "../base/limits.ts";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import { openCbc, pbkdf2Key } from "./kdf.ts";
import { base64Of, hexOf } from "./shape.ts";

export interface Lock {
  readonly sealed: string;
  readonly salt: unknown;
  /** In hex; without one, zeros. */
  readonly iv: string;
  readonly rounds: unknown;
}

/** What a file without a number of rounds may have. */
const USUAL_ROUNDS = [1_000, 100_000];
const NO_IV = Buffer.alloc(16);

/**
 * The seeds of all locks, as text. A wrong password opens none of them; one that the password does not open is undefined. Throws
 * UserError (exit 5) for costs beyond the limits.
 */
export async function openLocks(
  locks: readonly (Lock | undefined)[],
  passphrase: AskPassphrase,
): Promise<(string | undefined)[]> {
  if (locks.every((lock) => lock === undefined)) return [];
  const password = await passphrase();
  const keyOf = keysFrom(password);
  const seeds: (string | undefined)[] = [];
  for (const lock of locks) seeds.push(lock && (await open(lock, keyOf)));
  if (seeds.every((seed) => seed === undefined)) throw new WrongPassphrase();
  return seeds;
}

type KeyOf = (salt: string, rounds: unknown) => Promise<Buffer>;

/** Each token has a salt of its own, so what all of them cost is limited, too. */
function keysFrom(password: string): KeyOf {
  let total = 0;
  return (salt, rounds) => {
    total += typeof rounds === "number" ? rounds : 0;
    if (total > LIMITS.pbkdf2.total)
      throw unreadable(
        "Authy",
        "has more locked tokens than a real one; its key derivation would take minutes",
      );
    return pbkdf2Key(password, Buffer.from(salt), rounds, 32, "sha1");
  };
}

async function open({ sealed, salt, iv, rounds }: Lock, keyOf: KeyOf): Promise<string | undefined> {
  const bytes = base64Of(sealed);
  const start = iv === "" ? NO_IV : hexOf(iv);
  if (bytes === undefined || start?.length !== NO_IV.length || typeof salt !== "string") return undefined;
  for (const count of rounds === undefined || rounds === null ? USUAL_ROUNDS : [rounds]) {
    const text = openCbc(await keyOf(salt, count), start, bytes)?.toString("latin1");
    // With one wrong key in 256, the padding looks right.
    if (text !== undefined && /^[A-Z2-7\s=-]+$|^[0-9A-F]{20,}$/i.test(text)) return text;
  }
  return undefined;
}
