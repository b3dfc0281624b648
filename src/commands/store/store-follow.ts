/** `store follow`: says by its words which list of members counts, where there are two, none, or an older one. */
import { wordsOf } from "../../members/words.ts";
import { type FollowNeeds, follow } from "../../sync/follow.ts";
import { note, warn } from "../../talk/say.ts";

export async function followWords(words: readonly string[], needs: FollowNeeds): Promise<void> {
  const followed = await follow(words.join(" "), needs);
  if (followed.outcome === "awaited") {
    warn(
      needs,
      "no list of members with these words is here yet: nothing is sealed or pushed until it arrives",
    );
    note(needs, "fetch it with: twinseed sync");
    return;
  }
  const { entry, hash } = followed.entry;
  const list = `list ${entry.number} of the members, by ${entry.by}`;
  if (followed.outcome === "known") note(needs, `this computer knows ${list}: nothing to change`);
  else note(needs, `this computer follows ${list} (${await wordsOf(hash)}); next: twinseed sync`);
}
