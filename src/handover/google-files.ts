/** QR codes for Google Authenticator where nobody looks at a screen: as picture files, or drawn as text into a pipe. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import type { Account } from "../ledger/account.ts";
import { count, note, quoted, warn } from "../talk/say.ts";
import { namedDevice } from "../vault/named-device.ts";
import { recordCopy } from "../vault/proofs.ts";
import type { World } from "../world.ts";
import { googleDrawings, googlePictures, IMPORT_HINT, type Opened, openForGoogle } from "./google-codes.ts";

export interface GoogleFileOptions {
  readonly devices?: readonly string[];
  readonly force?: boolean;
  readonly perCode?: number | undefined;
}

/** `path` itself for one code; x-1.png, x-2.png … for several. All of them or, where one exists already, none. */
export async function writeGoogleFiles(
  accounts: readonly Account[],
  path: string,
  { devices = [], force = false, perCode }: GoogleFileOptions,
  ctx: World,
): Promise<void> {
  const [, stem = "", extension = ""] = /^(.*)(\.(?:png|svg))$/is.exec(path) ?? [];
  const kind = extension.slice(1).toLowerCase();
  if (kind !== "png" && kind !== "svg")
    throw usageError("--output takes a file name that ends in .png or .svg");
  const opened = await openForGoogle(accounts, ctx);
  const enrolments = opened.map(({ enrolment }) => enrolment);
  const pictures = await googlePictures(enrolments, kind, perCode, ctx);
  const paths = pictures.map((_, i) => (pictures.length === 1 ? path : `${stem}-${i + 1}${extension}`));
  for (const one of force ? [] : paths)
    if ((await ctx.files.kind(one)) !== "missing")
      throw new UserError(`${quoted(one)} exists already; nothing was written`, ExitCode.failed, [
        "choose another name, or write over it with --force",
      ]);
  for (const [i, picture] of pictures.entries())
    await ctx.files.write(paths[i] ?? path, picture, { replace: force });
  const names =
    paths.length > 2
      ? `${quoted(paths[0] ?? "")} to ${quoted(paths.at(-1) ?? "")}`
      : paths.map(quoted).join(" and ");
  const [verb, them] = paths.length === 1 ? ["holds", "it"] : ["hold", "them"];
  warn(
    ctx,
    `${names} ${verb} the ${count(opened.length, "seed")} of ${named(opened)}: delete ${them} when the device has scanned ${them}`,
  );
  await finish(opened, devices, ctx);
}

/** Somebody piped it on purpose: the drawings are the answer, one after the other, without colours. */
export async function printGoogleCodes(
  accounts: readonly Account[],
  { devices = [], perCode }: Pick<GoogleFileOptions, "devices" | "perCode">,
  ctx: World,
): Promise<void> {
  const opened = await openForGoogle(accounts, ctx);
  const enrolments = opened.map(({ enrolment }) => enrolment);
  const codes = await googleDrawings(enrolments, perCode, undefined, ctx);
  const texts = codes.map(({ drawings: [drawing] }) => `${drawing.lines.join("\n")}\n`);
  ctx.stdout.write(texts.join("\n"));
  warn(
    ctx,
    `stdout got the ${count(opened.length, "seed")} of ${named(opened)} as ${count(codes.length, "QR code")}: light modules are the characters`,
  );
  await finish(opened, devices, ctx);
}

function named(opened: readonly Opened[]): string {
  return opened.length > 3
    ? count(opened.length, "account")
    : opened.map(({ account }) => quoted(account.name)).join(", ");
}

/** Nobody is there to prove anything: the copies are noted as not confirmed. */
async function finish(opened: readonly Opened[], devices: readonly string[], ctx: World): Promise<void> {
  note(ctx, `hint: ${IMPORT_HINT}; its usual scanner refuses such codes`);
  for (const name of devices) {
    const device = await namedDevice(name, undefined, undefined, ctx);
    for (const { account } of opened) await recordCopy(account, device, ctx);
  }
}
