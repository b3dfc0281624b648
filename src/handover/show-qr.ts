/** Keeps the QR code of one account on the alternate screen while one device after another scans it and proves its copy. */

import type { Account } from "../ledger/account.ts";
import type { Terminal } from "../ports/terminal.ts";
import { drawContent } from "../qr/window.ts";
import { type OpenedAccount, openAccount } from "../vault/open-account.ts";
import type { Needs } from "../world.ts";
import {
  type EnrollDevicesNeeds,
  type EnrollOptions,
  enrollDevices,
  type Handover,
  sayHandovers,
} from "./enroll-devices.ts";
import { drawCode } from "./qr-screen.ts";

export type ShowQrNeeds = Needs<"stderr" | "computer"> & EnrollDevicesNeeds;

const TOO_SMALL_ADVICE = [
  "Enlarge it, and the code appears.",
  "Or press Enter and write a file:",
  "twinseed qr NAME --output qr.png",
];

/** Reports on stderr, once the screen is wiped, which devices proved their copies, and then which did not. */
export async function showQr(
  account: Account,
  devices: readonly string[],
  terminal: Terminal,
  needs: ShowQrNeeds,
): Promise<void> {
  const enrollment = await openAccount(account, needs);
  const handovers = await enrollWithQr({ account, enrollment }, { devices }, terminal, needs);
  const confirmed = handovers.filter((handover) => handover.confirmed);
  const skipped = handovers.filter((handover) => !handover.confirmed);
  sayHandovers([...confirmed, ...skipped], needs);
}

/** Like `showQr`, but the caller reports the results. */
export async function enrollWithQr(
  opened: OpenedAccount,
  options: EnrollOptions,
  terminal: Terminal,
  needs: EnrollDevicesNeeds,
): Promise<Handover[]> {
  const { contentOf } = await import("../qr/content.ts");
  const drawings = await drawContent(contentOf(opened.enrollment));
  return terminal.fullScreen(async (screen) => {
    const say = (text: string) => drawCode(screen, text, drawings, terminal.colors, TOO_SMALL_ADVICE);
    const firstQuestion = "Scan it. Name of the device (Enter: none): ";
    say(opened.account.name);
    return enrollDevices([opened], options, { screen, firstQuestion, say, turnTo: () => ({ say }) }, needs);
  });
}
