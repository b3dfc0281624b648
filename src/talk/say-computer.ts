/** What the user should know about the device that this computer is. */
import type { Device } from "../ledger/account.ts";
import type { ThisComputer } from "../ledger/this-computer.ts";
import type { Ports } from "../ports/index.ts";
import { note, pasteableName, quoted, warn } from "./say.ts";

export function sayComputer({ device, doubted }: ThisComputer, needs: Pick<Ports, "stderr">): void {
  sayDoubted(doubted, needs);
  if (device.state === "active") return;
  const name = pasteableName(device.name);
  warn(needs, `this computer is marked as ${device.state}, so its copies do not count`);
  note(needs, `hint: if it is in use again: twinseed device add ${name} --kind ${device.kind}`);
}

export function sayDoubted(doubted: readonly Device[], needs: Pick<Ports, "stderr">): void {
  for (const { name } of doubted) {
    note(needs, `${quoted(name)} may be this computer as it was entered before, so its copies do not count`);
    note(needs, `hint: if it is: twinseed device wiped ${pasteableName(name)}`);
  }
}
