/** QR codes for Google Authenticator without a screen: as picture files, or drawn as text into a pipe. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import type { Account } from "../ledger/account.ts";
import { count, note, quoted, warn } from "../talk/say.ts";
import { namedDevice } from "../vault/named-device.ts";
import type { OpenedAccount } from "../vault/open-account.ts";
import { recordCopy } from "../vault/proofs.ts";
import type { Needs } from "../world.ts";
import {
  type GoogleCodesNeeds,
  googleDrawings,
  googlePictures,
  IMPORT_HINT,
  openForGoogle,
} from "./google-codes.ts";

export type GoogleFilesNeeds = Needs<"stdout" | "computer" | "clock" | "random" | "files"> & GoogleCodesNeeds;

export interface GoogleFileOptions {
  readonly devices?: readonly string[];
  readonly force?: boolean;
  readonly perCode?: number | undefined;
}

/** Writes one code to `path`, or several to x-1.png, x-2.png and so on. If one of these files already exists, writes none. */
export async function writeGoogleFiles(
  accounts: readonly Account[],
  path: string,
  { devices = [], force = false, perCode }: GoogleFileOptions,
  needs: GoogleFilesNeeds,
): Promise<void> {
  const [, stem = "", extension = ""] = /^(.*)(\.(?:png|svg))$/is.exec(path) ?? [];
  const kind = extension.slice(1).toLowerCase();
  if (kind !== "png" && kind !== "svg")
    throw usageError("--output takes a file name that ends in .png or .svg");
  const opened = await openForGoogle(accounts, needs);
  const enrollments = opened.map(({ enrollment }) => enrollment);
  const pictures = await googlePictures(enrollments, kind, perCode, needs);
  const paths = pictures.map((_, i) => (pictures.length === 1 ? path : `${stem}-${i + 1}${extension}`));
  for (const one of force ? [] : paths)
    if ((await needs.files.kind(one)) !== "missing")
      throw new UserError(`${quoted(one)} already exists; nothing was written`, ExitCode.failed, [
        "choose another name, or overwrite it with --force",
      ]);
  for (const [i, picture] of pictures.entries())
    await needs.files.write(paths[i] ?? path, picture, { replace: force });
  const names =
    paths.length > 2
      ? `${quoted(paths[0] ?? "")} to ${quoted(paths.at(-1) ?? "")}`
      : paths.map(quoted).join(" and ");
  const [verb, them] = paths.length === 1 ? ["holds", "it"] : ["hold", "them"];
  warn(
    needs,
    `${names} ${verb} the ${count(opened.length, "seed")} of ${listNames(opened)}: delete ${them} when the device has scanned ${them}`,
  );
  await finish(opened, devices, needs);
}

/** For a pipe, which the user asked for: the drawings are the answer, one after another, without colors. */
export async function printGoogleCodes(
  accounts: readonly Account[],
  { devices = [], perCode }: Pick<GoogleFileOptions, "devices" | "perCode">,
  needs: GoogleFilesNeeds,
): Promise<void> {
  const opened = await openForGoogle(accounts, needs);
  const enrollments = opened.map(({ enrollment }) => enrollment);
  const codes = await googleDrawings(enrollments, perCode, undefined, needs);
  const texts = codes.map(({ drawings: [drawing] }) => `${drawing.lines.join("\n")}\n`);
  needs.stdout.write(texts.join("\n"));
  warn(
    needs,
    `stdout got the ${count(opened.length, "seed")} of ${listNames(opened)} as ${count(codes.length, "QR code")}: the characters are the light modules`,
  );
  await finish(opened, devices, needs);
}

function listNames(opened: readonly OpenedAccount[]): string {
  return opened.length > 3
    ? count(opened.length, "account")
    : opened.map(({ account }) => quoted(account.name)).join(", ");
}

/** No device can prove anything here: the copies are recorded as not confirmed. */
async function finish(
  opened: readonly OpenedAccount[],
  devices: readonly string[],
  needs: GoogleFilesNeeds,
): Promise<void> {
  note(needs, `hint: ${IMPORT_HINT}; the app's usual scanner refuses such codes`);
  for (const name of devices) {
    const device = await namedDevice(name, undefined, undefined, needs);
    for (const { account } of opened) await recordCopy(account, device, needs);
  }
}
