/** Reads any file the way `import` does: pictures through the QR reader, everything else as it is. */
import { basename } from "node:path";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { type ForeignFile, foreignText, openForeignFile } from "../../src/formats/foreign-file.ts";
import type { Reading } from "../../src/formats/format.ts";
import { formatOf } from "../../src/formats/index.ts";
import { readWhole } from "../../src/formats/read-whole.ts";
import { looksLikeImage } from "../../src/images/image-header.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { readQrCodes } from "../../src/qr/read.ts";

export interface Read extends Reading {
  readonly format: string;
}

/** Throws what the format throws, or UserError where no format knows the file. */
export async function readBytes(
  path: string,
  bytes: Uint8Array,
  password: string | null,
  keyFile?: Uint8Array,
): Promise<Read> {
  const opened = await fileOf(basename(path), bytes);
  const file = keyFile === undefined ? opened : { ...opened, keyFile };
  const format = formatOf(file);
  if (format === undefined) throw new UserError("no format knows this file", ExitCode.unreadable);
  const reading = await readWhole(format, file, async () => {
    if (password === null) throw new Error("asked for a password");
    return password;
  });
  return { format: format.id, ...reading };
}

async function fileOf(name: string, bytes: Uint8Array): Promise<ForeignFile> {
  if (!looksLikeImage(bytes)) return openForeignFile(name, bytes);
  return foreignText(name, (await readQrCodes(bytes)).join("\n"));
}

/** At 1700000000, or at the counter. */
export function codeThen({ otp, secret }: Enrollment): string {
  return codeOf(secret, otp, otp.type === "hotp" ? otp.counter : stepAt(otp, 1_700_000_000_000));
}
