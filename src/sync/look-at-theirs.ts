/** What the others have pushed, and whether it counts here: the list of members must be decided, and a member must have written it. */
import { ExitCode, UserError } from "../base/errors.ts";
import type { View } from "../seeds/file/list-view.ts";
import { firstFormatError } from "../seeds/file/opener-errors.ts";
import type { Needs } from "../world.ts";
import { type Files, type Known, knownOf } from "./commit-content.ts";
import { judgeHead, refusalError } from "./judge-head.ts";
import { isAncestor } from "./repository.ts";

type LookNeeds = Needs<"folder" | "workTree" | "sharedKeys">;

interface Theirs {
  /** What they have, if a member wrote it. */
  readonly there: Known | undefined;
  readonly view: View;
  readonly refusal: UserError | undefined;
}

/** Throws UserError: exit 9 if a person must decide which list counts, exit 6 if its author can't be checked now. */
export async function lookAtTheirs(
  pushed: string | undefined,
  known: Known | undefined,
  here: readonly [committed: Files, own: Files],
  needs: LookNeeds,
): Promise<Theirs> {
  const there = pushed === undefined || pushed === known?.commit ? known : await knownOf(pushed, needs);
  const view = await decidedView([there?.files ?? new Map(), ...here], [there, known], needs);
  if (pushed === undefined || there === undefined) return { there: undefined, view, refusal: undefined };
  // What we have had before needs no second look: a server that was put back heals by our next push.
  const isOld =
    known !== undefined && pushed !== known.commit && (await isAncestor(pushed, known.commit, needs));
  const verdict = isOld ? ({ outcome: "good" } as const) : await judgeHead(there, view, needs);
  if (verdict.outcome === "good") return { there, view, refusal: undefined };
  if (verdict.outcome === "waits") throw lockedListError(verdict.by);
  const refusal = await refusalError(there, verdict.why, here[0], needs);
  return { there: undefined, view: await decidedView(here, [known], needs), refusal };
}

/** Throws UserError if there is no list of members, or if a person must decide which one counts. */
async function decidedView(
  sides: readonly Files[],
  commits: readonly (Known | undefined)[],
  needs: LookNeeds,
): Promise<View> {
  const view = await needs.sharedKeys.view(sides);
  if (view === undefined) throw noList(commits.flatMap((one) => [...(one?.tree.keys() ?? [])]));
  if (view.standing.stop !== undefined) throw await view.undecided();
  return view;
}

function lockedListError(by: string): UserError {
  return new UserError(
    `the newest changes are by ${by}, whom a newer list of members has; that can't be checked while the store is locked`,
    ExitCode.locked,
    [
      "run it at a terminal, where it asks for what opens the store, or set TWINSEED_PASSPHRASE_FILE",
      "nothing was taken in",
    ],
  );
}

/** `names`: all files in the repository. */
function noList(names: readonly string[]): UserError {
  if (names.some((name) => name.startsWith("recipients/"))) return firstFormatError();
  return new UserError("the store has no list of members, so it can't be shared", ExitCode.failed, [
    "begin the list, with this computer as its first member: twinseed sync --init",
    "if others have one, something removed it here: look at git log --stat; nothing was changed",
  ]);
}
