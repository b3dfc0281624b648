/** What becomes of the files after an import. */
import { Exit, ExitCode } from "../../base/errors.ts";
import { HOLDS_PASSWORDS } from "../../formats/format.ts";
import { deleteSources, EXPORTS, type ReadFile } from "../../intake/delete-files.ts";
import type { Source } from "../../intake/read-exports.ts";
import { isInteractive } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { countNotes } from "./import-notes.ts";

type CleanUpNeeds = Needs<"stdout" | "stderr" | "terminal" | "files">;

export interface CleanUpOptions {
  deleteFile?: boolean;
  notes?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** Without --delete-file, does not ask about locked files, which are of no use without the password. */
export async function cleanUp(
  sources: readonly Source[],
  options: CleanUpOptions,
  needs: CleanUpNeeds,
): Promise<void> {
  const { deleteFile = false, json = false, yes = false } = options;
  const files = filesOf(
    sources.filter(({ file }) => deleteFile || !file?.isLocked),
    options.notes ?? false,
  );
  const terminal = isInteractive(needs) && !json && !yes ? needs.terminal() : undefined;
  if (!(await deleteSources(files, deleteFile, terminal, EXPORTS, needs))) throw new Exit(ExitCode.failed);
}

export function filesOf(sources: readonly Source[], tookNotes: boolean): ReadFile[] {
  return sources.flatMap((source): ReadFile[] => {
    if (source.file === undefined) return [];
    const { path, digest } = source.file;
    const keep = reasonToKeep(source, tookNotes);
    return [
      { path, digest, hasManySeeds: source.entries.length > 1, ...(keep === undefined ? {} : { keep }) },
    ];
  });
}

/** Only a plain export that was imported completely is a mere copy. */
function reasonToKeep(
  { app, file, entries, notes = [], skipped }: Source,
  tookNotes: boolean,
): string | undefined {
  if (file?.isAppsOwn) return `${app} itself uses it`;
  if (file?.isLocked) return "it is locked, and of no use without its password";
  if (notes.includes(HOLDS_PASSWORDS)) return "it also holds passwords";
  if (!tookNotes && countNotes(entries) > 0) return "it also holds recovery codes or notes";
  return skipped.length > 0 ? "not every entry in it was imported" : undefined;
}
