/** What opens a store, to notice that it changes: then a process that was given its keys before is over. */
import { attempt, UserError } from "../base/errors.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { readConfig } from "../settings/config-file.ts";

/** The names of all slots and lists: each is named for its content, or numbered. "" for another store than the file store. */
export function openersOf(folder: DataFolder): string {
  const config = attempt(() => readConfig(folder));
  const names = attempt(() => ["keys", "members"].flatMap((one) => [one, ...folder.list(one)]));
  if (config instanceof UserError || names instanceof UserError || config?.store !== "file") return "";
  return names.join("\n");
}
