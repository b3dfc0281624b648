/** The accounts that are watched, each with its seed opened. */

import { UserError } from "../../base/errors.ts";
import type { Account } from "../../ledger/account.ts";
import { auditAccount, DEFAULT_AUDIT } from "../../ledger/findings.ts";
import { deviceHere } from "../../ledger/this-computer.ts";
import type { Enrollment, OtpParameters } from "../../otp/enrollment.ts";
import type { Secret } from "../../otp/secret.ts";
import { isLocked } from "../../seeds/seed-store.ts";
import { prefetchSeeds } from "../../vault/open-account.ts";
import { requireSameAccount } from "../../vault/require-same-account.ts";
import { requireStoreOpens } from "../../vault/store-opens.ts";
import type { Needs } from "../../world.ts";

/** An account to watch, with what makes its codes, or why there are none. */
export interface Watched {
  readonly account: Account;
  readonly maker: CodeMaker | UserError;
  /** How many devices in use hold it. */
  readonly copies: number;
  /** The worst finding of `audit` about it. */
  readonly risk?: string;
}

export interface CodeMaker {
  readonly secret: Secret;
  readonly otp: OtpParameters;
}

/** One account that fails never hides the others; a locked store does (exit 6). */
export async function openAll(
  accounts: readonly Account[],
  needs: Needs<"clock" | "ledger" | "seeds" | "stateFolder">,
): Promise<Watched[]> {
  const seeds = await needs.seeds();
  await prefetchSeeds(accounts, needs);
  const devices = needs.ledger.devices();
  const here = await deviceHere(devices, needs);
  const own = here === undefined ? {} : { here: here.id };
  const options = { now: needs.clock.now(), ...DEFAULT_AUDIT, ...own };
  const all: Watched[] = [];
  for (const account of accounts) {
    const { live, findings } = auditAccount(account, devices, options);
    const [worst] = findings;
    const maker = await open(account, async () => seeds.get(account.id));
    all.push({
      account,
      maker,
      copies: live.length,
      ...(worst === undefined ? {} : { risk: worst.message }),
    });
  }
  if (all.length > 1 && all.every(({ maker }) => maker instanceof UserError))
    await requireStoreOpens(accounts, seeds);
  return all;
}

async function open(account: Account, get: () => Promise<Enrollment>): Promise<CodeMaker | UserError> {
  try {
    const { secret, otp } = requireSameAccount(account, await get());
    return { secret, otp };
  } catch (error) {
    if (error instanceof UserError && !isLocked(error)) return error;
    throw error;
  }
}
