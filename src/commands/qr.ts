/**
 * `qr`: draws an account's QR code again, for another device. On a terminal it appears on the alternate screen, and is wiped
 * afterwards.
 */

import type { Command } from "commander";
import { usageError } from "../base/errors.ts";
import type { GoogleFilesNeeds } from "../handover/google-files.ts";
import { showQr } from "../handover/show-qr.ts";
import type { Account } from "../ledger/account.ts";
import { isSameName } from "../ledger/find-device.ts";
import { findAccounts } from "../ledger/find-several.ts";
import { requireNone } from "../ledger/not-found.ts";
import { examples } from "../talk/examples.ts";
import { countPerCode } from "../talk/options.ts";
import { quoted, warn } from "../talk/say.ts";
import { namedDevice } from "../vault/named-device.ts";
import { openAccount } from "../vault/open-account.ts";
import { recordCopy } from "../vault/proofs.ts";
import type { Needs, World } from "../world.ts";

type QrNeeds = Needs<"env" | "terminal"> & GoogleFilesNeeds;

export interface QrOptions {
  device?: string[];
  google?: boolean;
  perCode?: string;
  output?: string;
  force?: boolean;
}

export function registerQr(program: Command, world: World): void {
  program
    .command("qr")
    .description("draw the QR code of an account, for another device to scan")
    .argument("[account...]", "names, ids, or parts of a name, issuer or label (with --google, default: all)")
    .option(
      "--device <name>",
      "the device that will scan it; repeatable (on a terminal, prompts if omitted)",
      collect,
    )
    .option("--google", "use Google Authenticator's export format: several accounts in one QR code")
    .option("--per-code <n>", "with --google: at most this many accounts per QR code (default: 10)")
    .option(
      "--output <file>",
      "write a PNG or SVG file instead, which holds the seed (with --google, several codes go to x-1.png, x-2.png)",
    )
    .option("--force", "overwrite an existing file")
    .action((queries: string[], options: QrOptions) => qr(queries, options, world));
  examples(
    program,
    "qr",
    "twinseed qr aws-root --device phone",
    "twinseed qr aws-root github --google  # both in one QR code",
  );
}

export async function qr(queries: readonly string[], options: QrOptions, needs: QrNeeds): Promise<void> {
  const known = needs.ledger.accounts();
  const isAll = queries.length === 0 && options.google;
  const accounts = isAll ? known : await findAccounts(known, queries, needs.ledger);
  if (known.length === 0) requireNone(needs.ledger);
  if (accounts.length === 0) throw usageError("name the accounts; with --google, the default is all of them");
  const perCode = countPerCode(options);
  if (options.google) return google(accounts, perCode, options, needs);
  if (options.output !== undefined) return writeFile(accounts, options.output, options, needs);
  const canDraw = needs.stdout.isTTY && needs.env.TERM !== "dumb";
  const terminal = canDraw ? needs.terminal() : undefined;
  for (const account of accounts) {
    if (terminal === undefined) await printPlain(account, options.device ?? [], needs);
    else await showQr(account, options.device ?? [], terminal, needs);
  }
}

async function google(
  accounts: readonly Account[],
  perCode: number | undefined,
  { device: devices = [], output, force = false }: QrOptions,
  needs: QrNeeds,
): Promise<void> {
  const { printGoogleCodes, writeGoogleFiles } = await import("../handover/google-files.ts");
  if (output !== undefined) return writeGoogleFiles(accounts, output, { devices, force, perCode }, needs);
  if (!needs.stdout.isTTY || needs.env.TERM === "dumb" || needs.terminal() === undefined)
    return printGoogleCodes(accounts, { devices, perCode }, needs);
  const { showGoogleCodes } = await import("../handover/google-screen.ts");
  return showGoogleCodes(accounts, { devices, perCode }, needs);
}

async function writeFile(
  accounts: readonly Account[],
  path: string,
  { device: devices = [], force = false }: QrOptions,
  needs: QrNeeds,
): Promise<void> {
  const [account, ...others] = accounts;
  if (account === undefined || others.length > 0)
    throw usageError("--output takes only one account without --google");
  const kind = /\.(png|svg)$/i.exec(path)?.[1]?.toLowerCase();
  if (kind !== "png" && kind !== "svg")
    throw usageError("--output needs a file name that ends in .png or .svg");
  const { contentOf } = await import("../qr/content.ts");
  const { formatPicture } = await import("../qr/picture.ts");
  const picture = await formatPicture(contentOf(await openAccount(account, needs)), kind);
  await needs.files.write(path, picture, { replace: force });
  warn(
    needs,
    `${quoted(path)} holds the seed of ${quoted(account.name)}: delete it once the device has scanned it`,
  );
  await noteCopies(account, devices, needs);
}

/** stdout is not a terminal, so the drawing itself is the answer: it is printed without colors. */
async function printPlain(account: Account, devices: readonly string[], needs: QrNeeds): Promise<void> {
  const { contentOf } = await import("../qr/content.ts");
  const { drawContent } = await import("../qr/window.ts");
  const [drawing] = await drawContent(contentOf(await openAccount(account, needs)));
  needs.stdout.write(`${drawing.lines.join("\n")}\n`);
  warn(
    needs,
    `wrote the seed of ${quoted(account.name)} to stdout as a QR code, whose light modules are the drawn characters`,
  );
  await noteCopies(account, devices, needs);
}

/** No device can show a code here, so the copies are recorded as not confirmed. */
async function noteCopies(
  account: Account,
  names: readonly string[],
  needs: Needs<"computer" | "clock" | "random" | "ledger">,
): Promise<void> {
  for (const name of names)
    await recordCopy(account, await namedDevice(name, undefined, undefined, needs), needs);
}

/** Each device once. */
function collect(value: string, earlier: readonly string[] = []): string[] {
  return earlier.some((name) => isSameName(name, value)) ? [...earlier] : [...earlier, value];
}
