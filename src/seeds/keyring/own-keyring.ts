/**
 * Whether the keyring that answers is open, and the one that the seeds were stored with. Asked before "not there" is believed,
 * and before something is written: a locked one may say that it has nothing, and another one has nothing indeed.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { ServiceState } from "../../ports/os-keyring.ts";
import { readConfig } from "../../settings/config-file.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { keyringError, tooSlowError } from "./keyring-errors.ts";
import { patienceOf, quietNotes, WAITING } from "./waiting.ts";

/** Another program is the Secret Service now. */
export class OtherProvider extends UserError {}

/**
 * Has a locked keyring unlocked by its own window, and waits for that. Returns undefined where that can't be asked (other
 * systems). Throws UserError (exit 6) that starts with `what`.
 */
export async function requireUnlocked(deps: SeedStoreDeps, what: string): Promise<ServiceState | undefined> {
  const { service, bus, patience } = deps.keyring ?? {};
  bus?.repairAddress();
  const state = await service?.state();
  if (service === undefined || state?.collection !== "locked") return state;
  const { giveUpAfter } = patienceOf(deps, patience);
  quietNotes(deps)(WAITING);
  const answer = await service.unlock(giveUpAfter);
  if (answer === "too slow") throw tooSlowError(what, giveUpAfter);
  if (answer !== "open") throw keyringError(what, new Error("its prompt was dismissed"));
  return { ...state, collection: "open" };
}

/** The same, and throws OtherProvider if another program answers than the one that the seeds were stored with. */
export async function requireOwnKeyring(
  deps: SeedStoreDeps,
  what: string,
): Promise<ServiceState | undefined> {
  const { provider: before } = readConfig(deps.folder) ?? {};
  const provider = await providerNow(deps);
  if (before !== undefined && provider !== undefined && provider !== before)
    throw otherProvider(what, before, provider);
  return requireUnlocked(deps, what);
}

/** The name of the program that is the keyring now; undefined if it can't be told. */
export async function providerNow({ keyring }: Pick<SeedStoreDeps, "keyring">): Promise<string | undefined> {
  keyring?.bus?.repairAddress();
  return (await keyring?.service?.state())?.provider;
}

function otherProvider(what: string, before: string, now: string): OtherProvider {
  const name = printable(before, 40);
  return new OtherProvider(
    `${what}: ${now} answers now, and the seeds were stored with ${name}`,
    ExitCode.locked,
    [
      `let ${name} be the Secret Service again: start it, and switch that off in ${now}`,
      `if the seeds were moved to ${now} by other means, say so with: twinseed doctor --repair`,
    ],
  );
}
