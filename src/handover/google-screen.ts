/**
 * QR codes for Google Authenticator on the alternate screen, one after another. Then each device proves, account by
 * account, that it has the seeds.
 */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Account } from "../ledger/account.ts";
import type { Screen, Size, Terminal } from "../ports/terminal.ts";
import { fitDrawing } from "../qr/window.ts";
import { count } from "../talk/say.ts";
import type { OpenedAccount } from "../vault/open-account.ts";
import type { Needs } from "../world.ts";
import { type EnrollOptions, enrollDevices, type Stage, sayHandovers } from "./enroll-devices.ts";
import {
  type GoogleCode,
  type GoogleCodesNeeds,
  googleDrawings,
  IMPORT_HINT,
  openForGoogle,
} from "./google-codes.ts";
import { CAPTION_ROWS, drawCode, drawLines, linesWithin, tooSmall, wholeWindow } from "./qr-screen.ts";

export type GoogleScreenNeeds = Needs<"stdout" | "terminal" | "clock" | "random"> & GoogleCodesNeeds;

export interface GoogleScreenOptions extends EnrollOptions {
  /** The most accounts in one code; a small window gets fewer. */
  readonly perCode?: number | undefined;
}

/** Shows the codes, has the devices prove their copies, and reports on stderr which device proved what. Throws UserError. */
export async function showGoogleCodes(
  accounts: readonly Account[],
  options: GoogleScreenOptions,
  needs: GoogleScreenNeeds,
): Promise<void> {
  const terminal = needs.stdout.isTTY ? needs.terminal() : undefined;
  if (terminal === undefined) throw usageError("no terminal to show QR codes on");
  const opened = await openForGoogle(accounts, needs);
  const handovers = await terminal.fullScreen(async (screen) => {
    await showCodes(opened, options.perCode, screen, terminal.colors, needs);
    return enrollDevices(opened, options, proofStage(screen, opened.length), needs);
  });
  sayHandovers(handovers, needs);
}

async function showCodes(
  opened: readonly OpenedAccount[],
  perCode: number | undefined,
  screen: Screen,
  colors: Terminal["colors"],
  needs: Needs<"random">,
): Promise<void> {
  const codes = await codesForWindow(opened, perCode, screen, needs);
  for (let at = 0; at < codes.length; ) {
    const code = codes[at];
    if (code === undefined) return;
    const where = codes.length === 1 ? "" : `${at + 1} of ${codes.length}. `;
    drawCode(screen, `${where}${IMPORT_HINT}, then scan`, code.drawings, colors);
    const answer = await screen.ask(question(code, at, codes.length, opened.length));
    at = answer.trim().toLowerCase() === "b" ? Math.max(0, at - 1) : at + 1;
  }
}

function question({ first, last }: GoogleCode, at: number, codes: number, accounts: number): string {
  const which = first === last ? `Account ${first}` : `Accounts ${first} to ${last}`;
  const back = at > 0 ? "; b: back" : "";
  return `${which} of ${accounts}. Enter: ${at + 1 < codes ? "next" : "done"}${back}: `;
}

/** Lays out all codes before the first one is shown: they are parts of one export, so none may change after that. */
async function codesForWindow(
  opened: readonly OpenedAccount[],
  perCode: number | undefined,
  screen: Screen,
  needs: Needs<"random">,
): Promise<readonly GoogleCode[]> {
  const enrollments = opened.map(({ enrollment }) => enrollment);
  let window: Size = { columns: 0, rows: 0 };
  screen.draw((size) => {
    window = size;
    return "";
  });
  for (;;) {
    const { columns, rows } = window;
    const codes = await googleDrawings(enrollments, perCode, { columns, rows: rows - CAPTION_ROWS }, needs);
    const needed = codes.flatMap(({ drawings }) => {
      const fit = fitDrawing(drawings, { columns, rows }, CAPTION_ROWS);
      return fit.fits ? [] : [fit.needed];
    });
    if (needed.length === 0) return codes;
    const largest = needed.reduce((a, b) => (a.rows >= b.rows ? a : b));
    screen.draw((size) => {
      window = size;
      return linesWithin(size, tooSmall(size, largest));
    });
    await screen.ask("Enlarge the window, then press Enter: ");
    if (window.columns === columns && window.rows === rows) {
      throw new UserError(
        `the window is too small: these QR codes need ${wholeWindow(largest)}`,
        ExitCode.failed,
        ["enlarge it or choose a smaller font", "or write pictures: add --output codes.png"],
      );
    }
  }
}

/** Text only: the codes have been scanned by now. */
function proofStage(screen: Screen, accounts: number): Stage {
  let message = `${count(accounts, "account")} shown.`;
  drawLines(screen, message);
  return {
    screen,
    firstQuestion: "Name of the device that scanned them (Enter: none): ",
    say(text) {
      message = text;
      drawLines(screen, message);
    },
    turnTo(account, number) {
      const heading = `${number} of ${accounts}: ${account.name}`;
      const name = printable(account.name, 24);
      drawLines(screen, heading, message); // keeps the message about the previous account
      return {
        name,
        say(text) {
          message = `${name}: ${text}`;
          drawLines(screen, heading, message);
        },
      };
    },
  };
}
