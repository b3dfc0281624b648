/** Shares in a file, one per line, with headings between them: what `backup create --split` prints. */
import { joinShares, readShare, type TypedShare } from "../backup/shares.ts";
import { asUserError, ExitCode, UserError } from "../base/errors.ts";

const HEADING = /\bshare\s+\d{1,2}\s+of\s+\d{1,2}\b/i;

/** The key. Throws UserError (exit 5) that names the share and what is wrong with it. */
export async function sharesIn(text: string, source: string): Promise<Uint8Array> {
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && !HEADING.test(line));
  const shares: TypedShare[] = [];
  for (const [i, line] of lines.entries()) {
    const share = await readShare(line).catch(asUserError);
    if (share instanceof UserError)
      throw unreadable(`share ${i + 1} in ${source} is not valid: ${share.message}`);
    shares.push(share);
  }
  const key = await joinShares(shares).catch(asUserError);
  if (key instanceof UserError) throw unreadable(`the shares in ${source} do not make a key: ${key.message}`);
  return key;
}

function unreadable(message: string): UserError {
  return new UserError(message, ExitCode.unreadable);
}
