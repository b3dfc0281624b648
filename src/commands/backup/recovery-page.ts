/** Recovery pages: a backup and the viewer that opens it in a browser, in one file. */
import { pageWith } from "../../backup/page-file.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { sha256 } from "../../base/node-crypto.ts";
import { viewer } from "../../opening/page-backup.ts";
import { note, pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export interface ViewerOptions {
  force?: boolean;
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
