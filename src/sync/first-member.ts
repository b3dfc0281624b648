/** The first list of members, with this computer alone. */
import type { View } from "../seeds/file/list-view.ts";
import { note } from "../talk/say.ts";
import type { Needs } from "../world.ts";

/** Nor was there one: at most, a run that was killed knows the words of the one that it was about to write. */
export function hasNoList(view: View | undefined): boolean {
  return view?.newest === undefined && view?.standing.memory === undefined;
}

export async function beginList(
  name: string,
  needs: Needs<"stderr" | "clock" | "ledger" | "sharedKeys">,
): Promise<void> {
  const pending = await needs.sharedKeys.begin(name, needs.clock.now());
  await needs.ledger.edit(async () => pending.write(await pending.prepare()));
  note(needs, `this computer is the first member: ${name}`);
}
