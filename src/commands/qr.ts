/** `qr`: an account's QR code again, for the next device. On a terminal it is shown on the alternate screen and wiped. */
import type { Command } from "commander";
import type { Context, Size, Terminal } from "../context.ts";
import type { Account } from "../ledger/account.ts";
import { findAccount } from "../ledger/find.ts";
import type { Enrolment } from "../otp/enrolment.ts";
import { printable } from "../printable.ts";
import type { QrDrawings } from "../qr/window.ts";
import { openAccount } from "./open-account.ts";
import { usageError } from "./options.ts";
import { quoted, warn } from "./say.ts";

export interface QrOptions {
  output?: string;
  force?: boolean;
}

/** Rows that the drawing can't have: the caption above it, and the prompt below, which the screen keeps for itself. */
const CAPTION_ROWS = 1;
const PROMPT_ROWS = 1;

export function registerQr(program: Command, ctx: Context): void {
  program
    .command("qr")
    .description("draw the QR code of an account, for another device to scan")
    .argument("<account...>", "names, ids, or parts of name, issuer or label")
    .option("--output <file>", "write a PNG or SVG file instead (it holds the seed)")
    .option("--force", "write over an existing file")
    .action((queries: string[], options: QrOptions) => qr(queries, options, ctx));
}

export async function qr(queries: readonly string[], options: QrOptions, ctx: Context): Promise<void> {
  const known = ctx.ledger.accounts();
  const accounts: Account[] = [];
  for (const query of queries) accounts.push(await findAccount(known, query));
  if (options.output !== undefined) return writeFile(accounts, options.output, options.force ?? false, ctx);
  const terminal = ctx.stdout.isTTY ? ctx.terminal() : undefined;
  for (const account of accounts) {
    const enrolment = await openAccount(account, ctx);
    if (terminal === undefined) await printPlain(account, enrolment, ctx);
    else await show(account, enrolment, terminal);
  }
}

async function writeFile(
  accounts: readonly Account[],
  path: string,
  force: boolean,
  ctx: Context,
): Promise<void> {
  const [account, ...others] = accounts;
  if (account === undefined || others.length > 0) throw usageError("--output takes one account");
  const kind = /\.(png|svg)$/i.exec(path)?.[1]?.toLowerCase();
  if (kind !== "png" && kind !== "svg")
    throw usageError("--output takes a file name that ends in .png or .svg");
  const { contentOf } = await import("../qr/content.ts");
  const { formatPicture } = await import("../qr/picture.ts");
  const picture = await formatPicture(contentOf(await openAccount(account, ctx)), kind);
  await ctx.files.write(path, picture, { replace: force });
  warn(
    ctx,
    `${quoted(path)} holds the seed of ${quoted(account.name)}: delete it when the device has scanned it`,
  );
}

/** Somebody piped it on purpose: the drawing is the answer, without colours. */
async function printPlain(account: Account, enrolment: Enrolment, ctx: Context): Promise<void> {
  const [drawing] = await drawingsOf(enrolment);
  ctx.stdout.write(`${drawing.lines.join("\n")}\n`);
  warn(ctx, `stdout got the seed of ${quoted(account.name)} as a QR code: light modules are the characters`);
}

async function drawingsOf(enrolment: Enrolment): Promise<QrDrawings> {
  const { contentOf } = await import("../qr/content.ts");
  const { drawContent } = await import("../qr/window.ts");
  return drawContent(contentOf(enrolment));
}

async function show(account: Account, enrolment: Enrolment, terminal: Terminal): Promise<void> {
  const drawings = await drawingsOf(enrolment);
  const { fitDrawing } = await import("../qr/window.ts");
  const { colored } = await import("../qr/terminal.ts");
  const picture = (size: Size): string => {
    const caption = printable(account.name, size.columns);
    const fit = fitDrawing(drawings, size, CAPTION_ROWS);
    if (fit.fits) return [caption, ...colored(fit.drawing, terminal.colors)].join("\n");
    return [caption, ...tooSmall(size, fit.needed)].map((line) => printable(line, size.columns)).join("\n");
  };
  await terminal.fullScreen(async (screen) => {
    screen.draw(picture);
    await screen.ask("Scan it with the other device, then press Enter: ");
  });
}

/** Short lines: the window is small. */
function tooSmall(size: Size, needed: Size): string[] {
  return [
    "The QR code needs a window of",
    `${needed.columns}x${needed.rows + PROMPT_ROWS}; this one is ${size.columns}x${size.rows + PROMPT_ROWS}.`,
    "Enlarge it: the code appears then.",
    "Or press Enter, and write a file:",
    "twinseed qr NAME --output qr.png",
  ];
}
