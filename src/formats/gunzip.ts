/** Unpacks gzip (RFC 1952) up to the limit: the size that a packed file declares can't be trusted. */
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";

/** Throws UserError (exit 5) beyond the limit, and other errors if the data is not gzip. */
export async function gunzip(packed: Uint8Array): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const source = new Blob([Uint8Array.from(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  for await (const chunk of source) {
    size += chunk.length;
    if (size > LIMITS.bytes)
      throw new UserError(`it unpacks to more than ${LIMITS.bytes / 1024 / 1024} MiB`, ExitCode.unreadable);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
