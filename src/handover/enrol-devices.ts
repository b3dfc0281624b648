/**
 * The QR code stays on the screen while device after device scans it, and each proves that it took the seed by the
 * code it shows. Used by qr and by device replace.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Account, Device } from "../ledger/account.ts";
import type { Enrolment } from "../otp/enrolment.ts";
import type { Screen, Terminal } from "../ports/terminal.ts";
import { drawContent } from "../qr/window.ts";
import { namedDevice } from "../vault/named-device.ts";
import { checkCode, driftOf, driftSentence, recordCopy, recordProof } from "../vault/proofs.ts";
import type { Needs } from "../world.ts";
import { drawCode } from "./qr-screen.ts";

export type EnrolDevicesNeeds = Needs<"clock" | "random" | "ledger" | "seeds">;

const TOO_SMALL_ADVICE = [
  "Enlarge it: the code appears then.",
  "Or press Enter, and write a file:",
  "twinseed qr NAME --output qr.png",
];

export interface Walk {
  readonly account: Account;
  readonly enrolment: Enrolment;
  /** Names to begin with; after them the person is asked for more, unless `only`. */
  readonly devices: readonly string[];
  readonly only?: boolean;
  /** The device that hands its copy over. */
  readonly from?: Device | undefined;
}

/** What is worth a line once the screen is wiped. */
export interface Walked {
  readonly confirmed: readonly Device[];
  readonly unconfirmed: readonly Device[];
  readonly warnings: readonly string[];
}

export async function enrolDevices(
  walk: Walk,
  terminal: Terminal,
  needs: EnrolDevicesNeeds,
): Promise<Walked> {
  const { contentOf } = await import("../qr/content.ts");
  const drawings = await drawContent(contentOf(walk.enrolment));
  return terminal.fullScreen((screen) =>
    conversation(
      walk,
      screen,
      (caption) => drawCode(screen, caption, drawings, terminal.colors, TOO_SMALL_ADVICE),
      needs,
    ),
  );
}

async function conversation(
  walk: Walk,
  screen: Screen,
  say: (caption: string) => void,
  needs: EnrolDevicesNeeds,
): Promise<Walked> {
  const { account, devices, only } = walk;
  const confirmed: Device[] = [];
  const unconfirmed: Device[] = [];
  const warnings: string[] = [];
  const waiting = [...devices];
  say(account.name);
  for (let first = true; ; first = false) {
    const given = waiting.shift();
    if (given === undefined && only && !first) break;
    const question = first ? "Scan it. Name of the device (Enter: none): " : "Next device (Enter: done): ";
    const name = given ?? (await screen.ask(question)).trim();
    if (name === "") break;
    const device = await foundDevice(name, screen, say, needs);
    if (device === undefined) continue;
    const drift = await provenBy(device, walk, screen, say, needs);
    (drift === undefined ? unconfirmed : confirmed).push(device);
    if (drift !== undefined && drift !== "") warnings.push(drift);
  }
  return { confirmed, unconfirmed, warnings };
}

/** undefined, and why on the screen, where the name is of no device that can be used. */
export async function foundDevice(
  name: string,
  screen: Screen,
  say: (caption: string) => void,
  needs: Needs<"clock" | "random" | "ledger">,
): Promise<Device | undefined> {
  try {
    return await namedDevice(name, undefined, (question) => screen.ask(question), needs);
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    say(error.message);
    return undefined;
  }
}

/** undefined if the person skips; else a sentence about its clock, "" if it is right. `which`: " for NAME", in the question. */
export async function provenBy(
  device: Device,
  { account, enrolment, from }: Pick<Walk, "account" | "enrolment" | "from">,
  screen: Screen,
  say: (caption: string) => void,
  needs: Needs<"clock" | "ledger" | "seeds">,
  which = "",
): Promise<string | undefined> {
  const name = printable(device.name, which === "" ? 30 : 16);
  for (let attempt = 0; ; attempt++) {
    const code = await screen.ask(`Type the code that ${name} shows${which} (Enter skips): `);
    if (code.trim() === "") {
      await recordCopy(account, device, needs);
      say(`${name} is noted, but not confirmed`);
      return undefined;
    }
    const check = await checkCode(account, enrolment, code, device.name, needs);
    if (check.right) {
      await recordProof(account, device, check.proof, needs, from);
      const drift = driftSentence(device, driftOf(check.proof), account) ?? "";
      say(drift || `${name} is confirmed`);
      return drift;
    }
    say(`Not right: ${check.reasons[attempt % check.reasons.length] ?? check.reasons[0]}`);
  }
}
