/** One account: its QR code stays on the alternate screen while device after device scans it and proves that it did. */

import type { Account } from "../ledger/account.ts";
import type { Terminal } from "../ports/terminal.ts";
import { drawContent } from "../qr/window.ts";
import { type OpenedAccount, openAccount } from "../vault/open-account.ts";
import type { Needs } from "../world.ts";
import {
  type EnrolDevicesNeeds,
  type EnrolOptions,
  enrolDevices,
  type Handover,
  sayHandovers,
} from "./enrol-devices.ts";
import { drawCode } from "./qr-screen.ts";

export type ShowQrNeeds = Needs<"stderr" | "computer"> & EnrolDevicesNeeds;

const TOO_SMALL_ADVICE = [
  "Enlarge it: the code appears then.",
  "Or press Enter, and write a file:",
  "twinseed qr NAME --output qr.png",
];

/** Says on stderr, once the screen is wiped, which devices proved that they took it, and then which did not. */
export async function showQr(
  account: Account,
  devices: readonly string[],
  terminal: Terminal,
  needs: ShowQrNeeds,
): Promise<void> {
  const enrolment = await openAccount(account, needs);
  const handovers = await enrolWithQr({ account, enrolment }, { devices }, terminal, needs);
  const confirmed = handovers.filter((handover) => handover.confirmed);
  const skipped = handovers.filter((handover) => !handover.confirmed);
  sayHandovers([...confirmed, ...skipped], needs);
}

/** The same, and what came of it is for the caller to say. */
export async function enrolWithQr(
  opened: OpenedAccount,
  options: EnrolOptions,
  terminal: Terminal,
  needs: EnrolDevicesNeeds,
): Promise<Handover[]> {
  const { contentOf } = await import("../qr/content.ts");
  const drawings = await drawContent(contentOf(opened.enrolment));
  return terminal.fullScreen(async (screen) => {
    const say = (text: string) => drawCode(screen, text, drawings, terminal.colors, TOO_SMALL_ADVICE);
    const firstQuestion = "Scan it. Name of the device (Enter: none): ";
    say(opened.account.name);
    return enrolDevices([opened], options, { screen, firstQuestion, say, turnTo: () => ({ say }) }, needs);
  });
}
