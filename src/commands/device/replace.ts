/**
 * `device replace OLD NEW`: takes the accounts on OLD one after the other, and for each shows the QR code and asks for proof.
 * An account is done once NEW has shown a correct code. The ledger is the only state, so the user can stop anywhere and
 * resume later. OLD still holds all of it after that, until it is wiped: its copies are kept.
 */

import { UserError, usageError } from "../../base/errors.ts";
import { warnOfClocks } from "../../handover/enroll-devices.ts";
import type { GoogleScreenNeeds } from "../../handover/google-screen.ts";
import { enrollWithQr } from "../../handover/show-qr.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { copyOn, heldCopy } from "../../ledger/copies.ts";
import { stateOf } from "../../ledger/copy-states.ts";
import { findDevice } from "../../ledger/find-device.ts";
import { deviceHere } from "../../ledger/this-computer.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { countPerCode } from "../../talk/options.ts";
import { count, note, pasteable, pasteableName, quoted, warn } from "../../talk/say.ts";
import { namedDevice, parseKind } from "../../vault/named-device.ts";
import { openAccount } from "../../vault/open-account.ts";
import type { Needs } from "../../world.ts";

type ReplaceNeeds = GoogleScreenNeeds;

export interface ReplaceOptions {
  kind?: string;
  google?: boolean;
  perCode?: string;
}

export async function replace(
  oldName: string,
  newName: string,
  options: ReplaceOptions,
  needs: ReplaceNeeds,
): Promise<void> {
  const old = findDevice(needs.ledger.devices(), oldName);
  if (old.id === (await deviceHere(needs.ledger.devices(), needs))?.id)
    throw usageError("move this computer's own copies with: twinseed store move, or a backup");
  const perCode = countPerCode(options);
  const terminal = needs.terminal();
  const kind = options.kind === undefined ? undefined : parseKind(options.kind);
  const ask = terminal && ((question: string) => terminal.ask(question));
  const successor = await namedDevice(newName, kind ?? (terminal ? undefined : old.kind), ask, needs);
  if (successor.id === old.id) throw usageError("a device can't replace itself");

  const waiting = waitingFor(successor, old, needs);
  if (waiting.length > 0 && options.google && terminal !== undefined && needs.stdout.isTTY) {
    const { showGoogleCodes } = await import("../../handover/google-screen.ts");
    await showGoogleCodes(waiting, { devices: [successor.name], only: true, perCode }, needs);
  } else if (waiting.length > 0) await showOneByOne(waiting, old, successor, terminal, needs);
  await finish(old, successor, needs);
}

/** What OLD may hold and NEW has not proved, in an earlier run or on its own. */
function waitingFor(successor: Device, old: Device, needs: Needs<"ledger">): Account[] {
  return needs.ledger.accounts().filter((account) => {
    const next = copyOn(account, successor);
    const isProved = next !== undefined && stateOf(next, successor) === "proved";
    return heldCopy(account, old) !== undefined && !isProved;
  });
}

async function showOneByOne(
  waiting: readonly Account[],
  from: Device,
  successor: Device,
  terminal: Terminal | undefined,
  needs: ReplaceNeeds,
): Promise<void> {
  if (terminal === undefined || !needs.stdout.isTTY) {
    throw usageError(
      `${count(waiting.length, "account")} not yet moved from ${quoted(from.name)}, and there is no terminal to show QR codes on`,
      ...waiting.map((account) => `twinseed qr ${pasteable(account)} --output qr.png`),
      `then, for each: twinseed verify ACCOUNT CODE --device ${pasteableName(successor.name)}`,
    );
  }
  for (const account of waiting) {
    try {
      const enrollment = await openAccount(account, needs);
      const options = { devices: [successor.name], only: true };
      const handovers = await enrollWithQr({ account, enrollment }, options, terminal, needs);
      warnOfClocks(handovers, needs);
      if (!handovers.some(({ confirmed }) => confirmed) && account !== waiting.at(-1)) {
        if (
          !(await terminal.confirm(
            `${quoted(account.name)} stays on ${quoted(from.name)} for now. Continue with the next account?`,
            true,
          ))
        )
          return;
      }
    } catch (error) {
      // One seed that can't be opened does not keep the others from moving.
      if (!(error instanceof UserError) || error.exitCode === 130) throw error;
      warn(needs, `${quoted(account.name)}: ${error.message}`);
    }
  }
}

async function finish(
  old: Device,
  successor: Device,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Promise<void> {
  const left = waitingFor(successor, old, needs);
  if (left.length > 0) {
    note(
      needs,
      `${count(left.length, "account")} not yet moved from ${quoted(old.name)}: ${left.map(({ name }) => quoted(name)).join(", ")}`,
    );
    note(
      needs,
      `resume with: twinseed device replace ${pasteableName(old.name)} ${pasteableName(successor.name)}`,
    );
    return;
  }
  if (old.state === "active") {
    await needs.ledger.edit(async (edit) => {
      const stateSince = new Date(needs.clock.now()).toISOString();
      const devices = needs.ledger.devices();
      edit.saveDevices(
        devices.map((one) => (one.id === old.id ? { ...one, state: "retired", stateSince } : one)),
      );
    });
  }
  const accounts = [...needs.ledger.accounts(), ...needs.ledger.removed()];
  if (accounts.every((account) => heldCopy(account, old) === undefined)) {
    note(needs, `${quoted(successor.name)} has replaced ${quoted(old.name)}, which had no accounts`);
    return;
  }
  note(needs, `${quoted(successor.name)} has replaced ${quoted(old.name)} for all its accounts`);
  const name = pasteableName(old.name);
  note(
    needs,
    old.state === "lost"
      ? `hint: anyone who has ${quoted(old.name)} can still make codes; what to do: twinseed device lost ${name}`
      : `hint: ${quoted(old.name)} still shows codes: wipe it before you give it away, then: twinseed device wiped ${name}`,
  );
}
