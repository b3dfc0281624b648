/** `store key` and `store rekey`: the ways to open the file store that belong to no member, and a new data key. */
import { toBase64 } from "../../seeds/file/seal.ts";
import { changeList } from "../../sync/change-list.ts";
import { type ChangeNeeds, requireFileStore, sayChange, sayKeyChange } from "../../sync/say-change.ts";
import { progressOf } from "../../talk/progress.ts";
import { note } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

const KEY_BYTES = 32;

export async function newKey(needs: ChangeNeeds & Needs<"stdout">): Promise<void> {
  requireFileStore(needs);
  const key = needs.random(KEY_BYTES);
  const change = { add: { kind: "raw-key", key } as const };
  const changed = await changeList(() => needs.sharedKeys.change(change, needs.clock.now()), needs);
  needs.stdout.write(`${toBase64(key)}\n`);
  note(
    needs,
    "this key opens every seed in the file store; give it to scripts as TWINSEED_KEY or in TWINSEED_KEY_FILE",
  );
  await sayChange(changed, needs);
}

export async function rekey(options: { dropKeys?: boolean }, needs: ChangeNeeds): Promise<void> {
  requireFileStore(needs);
  const progress = progressOf("sealing seed", needs);
  const change = { newKey: true, drop: options.dropKeys ?? false, progress: progress.at };
  const changed = await changeList(() => needs.sharedKeys.change(change, needs.clock.now()), needs).finally(
    progress.end,
  );
  sayKeyChange(changed, needs);
  await sayChange(changed, needs);
}
