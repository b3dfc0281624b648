/**
 * The conversation in which devices take seeds off a screen. Device after device is named, and proves account by account,
 * with a code that it shows, that it took the seed. What the screen shows meanwhile is the caller's.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Account, Device } from "../ledger/account.ts";
import type { Screen } from "../ports/terminal.ts";
import { note, pasteable, pasteableName, quoted, warn } from "../talk/say.ts";
import { namedDevice } from "../vault/named-device.ts";
import type { OpenedAccount } from "../vault/open-account.ts";
import { checkCode, driftOf, driftSentence, recordCopy, recordProof } from "../vault/proofs.ts";
import type { Needs } from "../world.ts";

export type EnrollDevicesNeeds = Needs<"clock" | "random" | "ledger" | "seeds">;

export interface EnrollOptions {
  /** Names to begin with; after them the person is asked for more, unless `only`. */
  readonly devices: readonly string[];
  readonly only?: boolean;
  /** The device that hands its copies over. */
  readonly from?: Device;
}

/** What the person looks at. */
export interface Stage {
  readonly screen: Screen;
  /** Asks for the name of the first device. */
  readonly firstQuestion: string;
  /** Shows a sentence until the next one. */
  say(text: string): void;
  /** The account that a device is to prove now; `number` counts from 1. */
  turnTo(account: Account, number: number): Turn;
}

export interface Turn {
  /** The account's name, for questions, where the person could mistake it for another one. */
  readonly name?: string;
  say(text: string): void;
}

/** One account to one device. */
export interface Handover {
  readonly account: Account;
  readonly device: Device;
  /** false: the person skipped it, and the copy is noted without a proof. */
  readonly confirmed: boolean;
  /** About the device's clock, where that is off. */
  readonly warning?: string | undefined;
}

/** Throws UserError (interrupted). What devices have proved until then is in the ledger. */
export async function enrollDevices(
  accounts: readonly OpenedAccount[],
  { devices, only = false, from }: EnrollOptions,
  stage: Stage,
  needs: EnrollDevicesNeeds,
): Promise<Handover[]> {
  const { screen } = stage;
  const handovers: Handover[] = [];
  const waiting = [...devices];
  for (let question = stage.firstQuestion; ; question = "Next device (Enter: done): ") {
    const given = waiting.shift();
    if (given === undefined && only) return handovers;
    const name = given ?? (await screen.ask(question)).trim();
    if (name === "") return handovers;
    const device = await findDeviceOrSay(name, stage, needs);
    if (device === undefined) continue;
    for (const [i, opened] of accounts.entries()) {
      const turn = stage.turnTo(opened.account, i + 1);
      handovers.push(await proveAccount(opened, device, from, screen, turn, needs));
    }
  }
}

/** What is worth a line once the screen is wiped. */
export function sayHandovers(handovers: readonly Handover[], needs: Needs<"stderr">): void {
  for (const { account, device, confirmed } of handovers) {
    const verify = `twinseed verify ${pasteable(account)} --device ${pasteableName(device.name)}`;
    if (confirmed) note(needs, `${quoted(device.name)} is confirmed: it holds ${quoted(account.name)}`);
    else note(needs, `${quoted(device.name)} is not confirmed yet: ${verify}`);
  }
  warnOfClocks(handovers, needs);
}

/** Once for each device, however many accounts it has proved. */
export function warnOfClocks(handovers: readonly Handover[], needs: Needs<"stderr">): void {
  for (const warning of new Set(handovers.map((handover) => handover.warning)))
    if (warning !== undefined) warn(needs, warning);
}

/** undefined, and why on the screen, where the name is of no device that can be used. */
async function findDeviceOrSay(
  name: string,
  stage: Stage,
  needs: Needs<"clock" | "random" | "ledger">,
): Promise<Device | undefined> {
  try {
    return await namedDevice(name, undefined, (question) => stage.screen.ask(question), needs);
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    stage.say(error.message);
    return undefined;
  }
}

/** Asks for codes until one is right or the person skips. */
async function proveAccount(
  { account, enrollment }: OpenedAccount,
  device: Device,
  from: Device | undefined,
  screen: Screen,
  turn: Turn,
  needs: Needs<"clock" | "ledger" | "seeds">,
): Promise<Handover> {
  const name = printable(device.name, turn.name === undefined ? 30 : 16);
  const which = turn.name === undefined ? "" : ` for ${turn.name}`;
  for (let attempt = 0; ; attempt++) {
    const code = await screen.ask(`Type the code that ${name} shows${which} (Enter skips): `);
    if (code.trim() === "") {
      await recordCopy(account, device, needs);
      turn.say(`${name} is noted, but not confirmed`);
      return { account, device, confirmed: false };
    }
    const check = await checkCode(account, enrollment, code, device.name, needs);
    if (check.right) {
      await recordProof(account, device, check.proof, needs, from);
      const warning = driftSentence(device, driftOf(check.proof), account);
      turn.say(warning ?? `${name} is confirmed`);
      return { account, device, confirmed: true, warning };
    }
    turn.say(`Not right: ${check.reasons[attempt % check.reasons.length] ?? check.reasons[0]}`);
  }
}
