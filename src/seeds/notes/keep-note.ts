/** Takes a note's file away without losing it. */
import type { DataFolder } from "../../ports/data-folder.ts";
import { noteFileOf } from "./note-file.ts";

/** Moves it to a free name in damaged/, which it returns; undefined if there is no such file. Throws UserError. */
export function keepInDamaged(id: string, folder: DataFolder): string | undefined {
  const file = noteFileOf(id);
  if (!folder.list("notes").includes(`${id}.json`)) return undefined;
  const taken = folder.list("damaged");
  for (let i = 0; ; i++) {
    const name = `note-${id}${i === 0 ? "" : `.${i}`}.json`;
    if (taken.includes(name)) continue;
    folder.move(file, `damaged/${name}`);
    return `damaged/${name}`;
  }
}
