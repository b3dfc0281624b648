/** Recovery pages: a backup and the viewer that opens it in a browser, in one file. */
import { pageWith, partsOf } from "../../backup/page-file.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { sha256 } from "../../base/node-crypto.ts";
import { note, pasteableName, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

/** SHA-256 of the viewers of earlier releases: a page that is kept for years is not called changed. */
const RELEASED_VIEWERS: readonly string[] = [];

export interface ViewerOptions {
  force?: boolean;
}

export async function viewer(): Promise<string> {
  return (await import("../../page/viewer.html")).default;
}

/** Browsers and phones choose by the name of a file what they do with it. */
export function requirePageName(file: string): void {
  if (!/\.html?$/i.test(file)) throw usageError("a page needs a file name that ends in .html");
}

export async function pageFor(armored: Uint8Array): Promise<Uint8Array> {
  return Buffer.from(pageWith(await viewer(), Buffer.from(armored).toString("latin1")));
}

/** What the owner of a page has to know. `device`: the page's name in the list of devices. */
export async function sayPage(file: string, device: string, needs: Needs<"stderr">): Promise<void> {
  const proof = `twinseed verify ACCOUNT CODE --device ${pasteableName(device)}`;
  note(
    needs,
    `hint: open ${quoted(file)} in a browser once, and prove it with a code that it shows: ${proof}`,
  );
  note(needs, `hint: don't send it by mail; write down the SHA-256 of its viewer: ${sha256(await viewer())}`);
}

/** `backup viewer`. */
export async function writeViewer(
  file: string,
  { force = false }: ViewerOptions,
  needs: Needs<"files" | "stderr">,
): Promise<void> {
  requirePageName(file);
  const text = await viewer();
  if (!force && (await needs.files.kind(file)) !== "missing")
    throw new UserError(`${quoted(file)} already exists`, ExitCode.failed, [
      "choose another name, or overwrite it with: --force",
    ]);
  await needs.files.write(file, text, { replace: force });
  note(needs, `wrote ${quoted(file)}: it opens backups in a browser, and holds none itself`);
  note(needs, `its SHA-256 is ${sha256(text)}`);
}

export interface FoundBackup {
  readonly bytes: Uint8Array;
  /** It stood in a page whose viewer is none that we know: it may have been changed by someone who wants the passphrase. */
  readonly isInForeignPage: boolean;
}

/** The age file in a page, or the file itself if it is none. Says if the viewer around it is not one that we know. */
export async function backupIn(
  file: string,
  bytes: Uint8Array,
  needs: Needs<"stderr">,
): Promise<FoundBackup> {
  const parts = partsOf(bytes);
  if (parts === undefined) return { bytes, isInForeignPage: false };
  const hash = sha256(parts.viewer);
  const isKnown = parts.viewer === (await viewer()) || RELEASED_VIEWERS.includes(hash);
  if (!isKnown) {
    warn(
      needs,
      `the viewer in ${quoted(file)} is not one that this twinseed knows: a newer release wrote it, or someone changed it (SHA-256 ${hash})`,
    );
    note(
      needs,
      "hint: type nothing into that page unless this hash is published; write a new one: twinseed backup create FILE.html --page",
    );
  }
  return { bytes: Buffer.from(parts.armored, "latin1"), isInForeignPage: !isKnown };
}
