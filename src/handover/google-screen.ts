/**
 * QR codes for Google Authenticator on the alternate screen, one after the other. Then each device proves, account by
 * account, that it took the seeds.
 */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Account, Device } from "../ledger/account.ts";
import type { Screen, Size, Terminal } from "../ports/terminal.ts";
import { fitDrawing } from "../qr/window.ts";
import { count, note, pasteable, pasteableName, quoted, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { foundDevice, provenBy } from "./enrol-devices.ts";
import {
  type GoogleCode,
  type GoogleCodesNeeds,
  googleDrawings,
  IMPORT_HINT,
  type Opened,
  openForGoogle,
} from "./google-codes.ts";
import { CAPTION_ROWS, drawCode, drawLines, linesWithin, tooSmall, wholeWindow } from "./qr-screen.ts";

export type GoogleScreenNeeds = Needs<"stdout" | "terminal" | "clock" | "random"> & GoogleCodesNeeds;

export interface GoogleWalk {
  /** Names to begin with; after them the person is asked for more, unless `only`. */
  readonly devices?: readonly string[];
  readonly only?: boolean;
  /** The device that hands its copies over. */
  readonly from?: Device;
  /** At most so many accounts in a code; fewer where the window is small. */
  readonly perCode?: number | undefined;
}

/** Shows the codes, has the devices prove themselves, and says on stderr who has proved what. Throws UserError. */
export async function showGoogleCodes(
  accounts: readonly Account[],
  walk: GoogleWalk,
  needs: GoogleScreenNeeds,
): Promise<void> {
  const terminal = needs.stdout.isTTY ? needs.terminal() : undefined;
  if (terminal === undefined) throw usageError("there is no terminal to show QR codes on");
  const opened = await openForGoogle(accounts, needs);
  const proofs = await terminal.fullScreen(async (screen) => {
    await showCodes(opened, walk, screen, terminal.colors, needs);
    return proveAll(opened, walk, screen, needs);
  });
  for (const { device, account, drift } of proofs) {
    const verify = `twinseed verify ${pasteable(account)} --device ${pasteableName(device.name)}`;
    if (drift === undefined) note(needs, `${quoted(device.name)} is not confirmed yet: ${verify}`);
    else note(needs, `${quoted(device.name)} is confirmed: it holds ${quoted(account.name)}`);
  }
  for (const drift of new Set(proofs.map((proof) => proof.drift ?? "").filter(Boolean))) warn(needs, drift);
}

async function showCodes(
  opened: readonly Opened[],
  { perCode }: GoogleWalk,
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

/** Once a code is on the screen the others must stay as they are: they are parts of one export. */
async function codesForWindow(
  opened: readonly Opened[],
  perCode: number | undefined,
  screen: Screen,
  needs: Needs<"random">,
): Promise<readonly GoogleCode[]> {
  const enrolments = opened.map(({ enrolment }) => enrolment);
  let window: Size = { columns: 0, rows: 0 };
  screen.draw((size) => {
    window = size;
    return "";
  });
  for (;;) {
    const { columns, rows } = window;
    const codes = await googleDrawings(enrolments, perCode, { columns, rows: rows - CAPTION_ROWS }, needs);
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
        ["enlarge it, or choose a smaller font", "or write pictures: add --output codes.png"],
      );
    }
  }
}

interface Proved extends Pick<Opened, "account"> {
  readonly device: Device;
  /** See provenBy. */
  readonly drift: string | undefined;
}

async function proveAll(
  opened: readonly Opened[],
  { devices = [], only = false, from }: GoogleWalk,
  screen: Screen,
  needs: GoogleScreenNeeds,
): Promise<Proved[]> {
  const proofs: Proved[] = [];
  const waiting = [...devices];
  let said = `${count(opened.length, "account")} shown.`;
  const draw = (...lines: string[]) => drawLines(screen, ...lines);
  const say = (text: string) => {
    said = text;
    draw(text);
  };
  draw(said);
  for (let first = true; ; first = false) {
    const given = waiting.shift();
    if (given === undefined && only && !first) return proofs;
    const asked = first
      ? "Name of the device that scanned them (Enter: none): "
      : "Next device (Enter: done): ";
    const name = given ?? (await screen.ask(asked)).trim();
    if (name === "") return proofs;
    const device = await foundDevice(name, screen, say, needs);
    if (device === undefined) continue;
    for (const [i, { account, enrolment }] of opened.entries()) {
      const heading = `${i + 1} of ${opened.length}: ${account.name}`;
      draw(heading, said);
      const name = printable(account.name, 24);
      // What is said stays while the next one is asked for.
      const tell = (text: string) => {
        said = `${name}: ${text}`;
        draw(heading, said);
      };
      const walk = { account, enrolment, from };
      const drift = await provenBy(device, walk, screen, tell, needs, ` for ${name}`);
      proofs.push({ device, account, drift });
    }
  }
}
