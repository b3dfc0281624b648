/**
 * The dialog in which devices take seeds off a screen. The user names one device after another, and each device proves,
 * account by account, that it has the seed: it shows a valid code. The caller decides what the screen shows meanwhile.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Account, Device } from "../ledger/account.ts";
import { looksLikeCode } from "../ledger/device-names.ts";
import { deviceNamed } from "../ledger/find-device.ts";
import { prove } from "../ledger/proof.ts";
import type { Screen } from "../ports/terminal.ts";
import { note, pasteable, pasteableName, quoted, warn } from "../talk/say.ts";
import { type AskKind, namedDevice } from "../vault/named-device.ts";
import type { OpenedAccount } from "../vault/open-account.ts";
import { checkCode, driftOf, driftSentence, recordCopies, recordProof } from "../vault/proofs.ts";
import type { Needs } from "../world.ts";

export type EnrollDevicesNeeds = Needs<"computer" | "stateFolder" | "clock" | "random" | "ledger" | "seeds">;

export interface EnrollOptions {
  /** The names of the first devices. After these the user is asked for more, unless `only` is set. */
  readonly devices: readonly string[];
  readonly only?: boolean;
}

/** What the user sees. */
export interface Stage {
  readonly screen: Screen;
  /** Asks for the name of the first device. */
  readonly firstQuestion: string;
  /** Shows a sentence until the next call. */
  say(text: string): void;
  /** Shows the account that the device must prove next. `number` counts from 1. */
  turnTo(account: Account, number: number): Turn;
}

export interface Turn {
  /** The account's name, for the prompt. Set if the user could mistake the account for another one. */
  readonly name?: string;
  say(text: string): void;
}

/** One account handed to one device. */
export interface Handover {
  readonly account: Account;
  readonly device: Device;
  /** false: the user skipped it, and the copy is recorded without a proof. */
  readonly confirmed: boolean;
  /** About the device's clock, if it is off. */
  readonly warning?: string | undefined;
}

/**
 * Throws UserError (interrupted). By then, the ledger has what devices have proved, and that each device was shown all of the
 * accounts: someone who scans the code and closes the window has the seeds on the device.
 */
export async function enrollDevices(
  accounts: readonly OpenedAccount[],
  { devices, only = false }: EnrollOptions,
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
    if (given === undefined && isCode(name, accounts, needs)) {
      stage.say("That is a code. First the name of the device that shows it, such as phone; then the code");
      continue;
    }
    const device = await findDeviceOrSay(name, stage, needs);
    if (device === undefined) continue;
    await recordCopies(
      accounts.map(({ account }) => account),
      device,
      needs,
    );
    for (const [i, opened] of accounts.entries()) {
      const turn = stage.turnTo(opened.account, i + 1);
      handovers.push(await proveAccount(opened, device, screen, turn, needs));
    }
  }
}

/** The phone shows a code as soon as it has scanned: it is easily typed one question too early. */
function isCode(text: string, accounts: readonly OpenedAccount[], needs: Needs<"clock" | "ledger">): boolean {
  if (deviceNamed(needs.ledger.devices(), text) !== undefined) return false;
  return (
    looksLikeCode(text) || accounts.some(({ enrollment }) => prove(enrollment, text, needs.clock.now()).right)
  );
}

/** Reports the results on stderr, once the screen is wiped. */
export function sayHandovers(handovers: readonly Handover[], needs: Needs<"stderr">): void {
  for (const { account, device, confirmed } of handovers) {
    const verify = `twinseed verify ${pasteable(account)} --device ${pasteableName(device.name)}`;
    if (confirmed) note(needs, `${quoted(device.name)} is confirmed: it holds ${quoted(account.name)}`);
    else note(needs, `${quoted(device.name)} is not confirmed yet: ${verify}`);
  }
  warnOfClocks(handovers, needs);
}

/** Warns once per device, however many accounts it has proved. */
export function warnOfClocks(handovers: readonly Handover[], needs: Needs<"stderr">): void {
  for (const warning of new Set(handovers.map((handover) => handover.warning)))
    if (warning !== undefined) warn(needs, warning);
}

/** Returns undefined, with the reason on the screen, if no usable device has this name. */
async function findDeviceOrSay(
  name: string,
  stage: Stage,
  needs: Needs<"computer" | "clock" | "random" | "ledger">,
): Promise<Device | undefined> {
  try {
    let isAsked = false;
    const ask: AskKind = (_, { choices, question }) => {
      isAsked = true;
      stage.say(choices);
      return stage.screen.ask(question);
    };
    const device = await namedDevice(name, undefined, ask, needs);
    if (isAsked) stage.say(`${quoted(device.name)}: ${device.kind}`);
    return device;
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    stage.say(error.message);
    return undefined;
  }
}

/** Asks for codes until one is right or the user skips: then the copy remains as it was recorded. */
async function proveAccount(
  { account, enrollment }: OpenedAccount,
  device: Device,
  screen: Screen,
  turn: Turn,
  needs: Needs<"clock" | "ledger" | "seeds">,
): Promise<Handover> {
  const name = printable(device.name, turn.name === undefined ? 30 : 16);
  const which = turn.name === undefined ? "" : ` for ${turn.name}`;
  for (let attempt = 0; ; attempt++) {
    const code = await screen.ask(`Type the code that ${name} shows${which} (Enter skips): `);
    if (code.trim() === "") {
      turn.say(`${name} is recorded, but not confirmed`);
      return { account, device, confirmed: false };
    }
    const check = await checkCode(account, enrollment, code, device.name, needs);
    if (check.right) {
      await recordProof(account, device, check.proof, needs);
      const warning = driftSentence(device, driftOf(check.proof), account);
      turn.say(warning ?? `${name} is confirmed`);
      return { account, device, confirmed: true, warning };
    }
    turn.say(`Wrong code: ${check.reasons[attempt % check.reasons.length] ?? check.reasons[0]}`);
  }
}
