/** Removes members from the list, and tracks what they could read: `store members remove`, and `device lost` of a member's computer. */
import { asUserError, ExitCode, UserError } from "../base/errors.ts";
import { loseMembers } from "../ledger/lost-members.ts";
import type { Member } from "../members/entry.ts";
import { quoted, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { type Changed, changeList } from "./change-list.ts";
import { keysOf } from "./left-members.ts";
import { type ShareNeeds, share } from "./share.ts";

export type RemoveNeeds = ShareNeeds & Needs<"random">;

/** `names`: as the list has them. Throws UserError, and changes nothing, if the change can't be shared. */
export async function removeMembers(
  names: readonly string[],
  { drop }: { readonly drop: boolean },
  needs: RemoveNeeds,
): Promise<Changed> {
  let leaving: readonly Member[] = [];
  const members = (now: readonly Member[], me: string): Member[] => {
    leaving = now.filter(({ name }) => names.includes(name));
    for (const name of names) membersCalled(name, now, me);
    return now.filter(({ name }) => !names.includes(name));
  };
  const now = needs.clock.now();
  const changed = await changeList(
    () => needs.sharedKeys.change({ members, newKey: true, drop }, now),
    needs,
    (edit) => {
      const at = new Date(now).toISOString();
      loseMembers(
        leaving.map((one) => ({ name: one.name, keys: keysOf(one), at })),
        edit,
        needs,
      );
    },
  );
  await shareAfter(changed, needs);
  return changed;
}

/** The list is shared already; what is tracked of those who left follows. */
async function shareAfter({ url }: Changed, needs: RemoveNeeds): Promise<void> {
  if (url === undefined) return;
  try {
    await share(needs);
  } catch (error) {
    warn(needs, `what they could read is noted here only: ${asUserError(error).message}`);
    warn(needs, "to share it: twinseed sync");
  }
}

/** The members that a name stands for: NAME, and all of NAME/…. Throws UserError. */
export function membersCalled(query: string, members: readonly Member[], me: string | undefined): Member[] {
  const found = members.filter(
    ({ name, recipient }) => name === query || name.startsWith(`${query}/`) || recipient === query,
  );
  if (found.length === 0) {
    const known = members.map(({ name }) => name).join(", ");
    throw new UserError(`no member is called ${quoted(query)}`, ExitCode.notFound, [
      known === "" ? "there are none: twinseed sync --init" : `the members are: ${known}`,
    ]);
  }
  if (me !== undefined && found.some(({ name }) => name === me))
    throw new UserError(`${quoted(me)} is the computer that you sit at`, ExitCode.failed, [
      "another member can remove it, at another computer; nothing was changed",
    ]);
  return found;
}
