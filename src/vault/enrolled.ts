/** What enrolling accounts takes and results in. */

import type { Account, Device } from "../ledger/account.ts";
import type { HereNeeds } from "../ledger/this-computer.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import type { Needs } from "../world.ts";
import type { Newer } from "./remembered-seeds.ts";

export type EnrollNeeds = HereNeeds & Needs<"stderr" | "folder" | "seeds">;

export interface EnrollRequest {
  readonly enrollment: Enrollment;
  readonly name: string;
  /** The user chose the name. */
  readonly named?: boolean;
  readonly mfaSerial?: string;
}

export interface Enrolled {
  /** "restored": it was in removed/. "dead": the login got another seed since, so it was left out. */
  readonly status: "added" | "exists" | "replaced" | "restored" | "dead";
  readonly account: Account;
  readonly enrollment: Enrollment;
  /** The account that was replaced, now in removed/. */
  readonly replaced?: Account;
  /** The ledger had the account, but its seed was missing from the seed store, and was put back. */
  readonly wasMissing?: boolean;
  /** "restored", "dead": since when the account has been removed. */
  readonly removedAt?: string;
  /** "restored", "dead": which seed came after it. */
  readonly newer?: Newer;
}

export interface EnrollOptions {
  readonly dryRun: boolean;
  /**
   * What to do about another seed with the same name: "refuse", "replace" (the old account moves to removed/), or "number"
   * (the new one becomes "NAME (2)").
   */
  readonly conflicts: "refuse" | "replace" | "number";
  /** Accept seeds that were replaced: the service uses the old one again. Without it, they are refused, or left out ("number"). */
  readonly forceOld?: boolean;
  /** Go on even if the store opens none of the seeds that the ledger knows. */
  readonly allowMissing?: boolean;
  /** Another device that holds these seeds. Whether its codes are right is not known. */
  readonly alsoOn?: Device;
  /** Called with how many seeds of how many are stored. */
  progress?(done: number, all: number): void;
}

/** Whether the ledger did not know the seed. */
export function isNew({ status }: Pick<Enrolled, "status">): boolean {
  return status === "added" || status === "replaced";
}
