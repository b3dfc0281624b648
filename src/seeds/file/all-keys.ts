/** All data keys of a store that is open, the current one first: after a change of the key, some seeds are still sealed with an older one. */
import type { DataFolder } from "../../ports/data-folder.ts";
import type { DataKey } from "./data-key.ts";
import { dataKeys } from "./data-keys.ts";
import type { Unlocked } from "./slots.ts";

export async function allKeys(folder: DataFolder, unlocked: Unlocked): Promise<[DataKey, ...DataKey[]]> {
  const { dataKey } = unlocked;
  const keys = await dataKeys(folder, unlocked);
  return [dataKey, ...[...keys.values()].filter(({ id }) => id !== dataKey.id)];
}
