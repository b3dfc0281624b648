/** How long a keyring must be left alone after a change. */
import type { SeedStoreDeps } from "../needs.ts";

/**
 * KeePassXC saves its database 150 ms after a change, which takes as long as its key derivation, a second by default; a change
 * meanwhile, by any program, crashes it (2.7.4). In milliseconds.
 */
const SAVING: Readonly<Record<string, number>> = { KeePassXC: 2000 };

/** Returns whether it had to be waited for. */
export async function letItSave(
  { keyring }: Pick<SeedStoreDeps, "keyring">,
  provider: string | undefined,
): Promise<boolean> {
  const pause = SAVING[provider ?? ""];
  if (pause === undefined) return false;
  await (keyring?.pause ?? sleep)(pause);
  return true;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
