/** Derives a key from a passphrase with scrypt (RFC 7914): about 0.3 s and 128 MiB at our cost. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { isScryptCost, OWN_LIMITS } from "../../base/limits.ts";
import { nodeCrypto } from "../../base/node-crypto.ts";
import { normalizePassphrase } from "../../base/passphrase-text.ts";
import { KEY_BYTES } from "./seal.ts";

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's first recommendation. */
export const COST: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };

const MOST = OWN_LIMITS.scrypt;

/** What is wrong with the cost that a file (possibly a hostile one) asks for; undefined if it is fine. */
export function costFault({ N, r, p }: ScryptCost): string | undefined {
  if (N > MOST.N) return `it asks for scrypt N=${N}, more than ${MOST.N}`;
  if (r > MOST.r) return `it asks for scrypt r=${r}, more than ${MOST.r}`;
  if (p > MOST.p) return `it asks for scrypt p=${p}, more than ${MOST.p}`;
  if (memory(N, r) > MOST.bytes)
    return `it asks for ${memory(N, r)} bytes of memory, more than ${MOST.bytes}`;
  const whole = [N, r, p].every((number) => Number.isSafeInteger(number) && number >= 1);
  return whole && isScryptCost(N, r) ? undefined : "its scrypt cost is not valid";
}

export function deriveKey(passphrase: string, salt: Uint8Array, cost: ScryptCost): Promise<Uint8Array> {
  const { N, r, p } = cost;
  const maxmem = memory(N, r) + 2 ** 20; // Node's own limit is 32 MiB; OpenSSL needs a little more than 128 N r
  return new Promise((resolve, reject) => {
    nodeCrypto().scrypt(
      normalizePassphrase(passphrase),
      salt,
      KEY_BYTES,
      { N, r, p, maxmem },
      (error, key) => {
        if (error) reject(noMemoryError(cost));
        else resolve(key);
      },
    );
  });
}

/** Once the cost has been checked, scrypt can fail only for lack of memory. */
function noMemoryError({ N, r }: ScryptCost): UserError {
  const size = Math.ceil(memory(N, r) / 2 ** 20);
  return new UserError(
    `not enough memory to open the seeds with a passphrase: it takes ${size} MiB`,
    ExitCode.locked,
    ["a raw key (TWINSEED_KEY) needs no extra memory"],
  );
}

function memory(N: number, r: number): number {
  return 128 * N * r;
}
