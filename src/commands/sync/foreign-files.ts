/** Files of one computer that came with a clone: the settings and records of the user who pushed them. */
import { printable } from "../../base/printable.ts";
import { trackedPrivate } from "../../sync/repository.ts";
import { warn } from "../../talk/say.ts";
import { makeRoom } from "../../vault/rebuild.ts";
import type { Needs } from "../../world.ts";

/** Moves them to damaged/, so that they have no effect. The next commit removes them from the repository. */
export async function removeForeignFiles(needs: Needs<"stderr" | "folder" | "workTree">): Promise<void> {
  const names = await trackedPrivate(needs);
  if (names.length === 0) return;
  await needs.folder.locked(async () => {
    for (const name of names.filter((one) => isOnDisk(one, needs))) {
      const target = `damaged/from-git-${name.replaceAll("/", "-")}`;
      makeRoom(target, needs);
      needs.folder.move(name, target);
      warn(
        needs,
        `"${printable(name)}" came with the repository and has no effect here: moved to "${printable(target)}"`,
      );
    }
  });
}

/** In a place where we would read it. */
function isOnDisk(name: string, { folder }: Needs<"folder">): boolean {
  const [, inside = "", file = ""] = /^(?:(steps(?:\/[\w-]+)?)\/)?([\w-]+(?:\.json)?)$/i.exec(name) ?? [];
  return folder.list(inside).includes(file);
}
