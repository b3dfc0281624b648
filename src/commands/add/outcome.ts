/** What `add` did, in a sentence an account, and what follows from it. */
import type { Context } from "../../context.ts";
import { deviceOf } from "../../ledger/copies.ts";
import { sameLogin } from "../conflicts.ts";
import type { Enrolled } from "../enrol.ts";
import { note, pasteable, pasteableName, quoted } from "../say.ts";

export function sayOutcome(enrolled: readonly Enrolled[], dryRun: boolean, ctx: Context): void {
  for (const one of enrolled) {
    note(ctx, sentence(one, dryRun));
    for (const text of consequences(one, ctx)) note(ctx, `hint: ${text}`);
  }
}

function sentence({ status, account, replaced, wasMissing }: Enrolled, dryRun: boolean): string {
  const name = quoted(account.name);
  if (wasMissing && dryRun) return `would have put the missing seed of ${name} back; nothing was written`;
  if (wasMissing) return `${name} was enrolled already, but its seed was gone from here: it is back`;
  if (status === "exists") return `${name} is enrolled already with this seed; nothing changed`;
  const verb = status === "replaced" ? "replaced" : "added";
  if (dryRun) return `would have ${verb} ${name}; nothing was written`;
  if (replaced === undefined) return `added ${name}`;
  return `replaced ${name}; the old seed is kept: twinseed restore ${replaced.id} --name NAME`;
}

/** What a new seed means for the devices that hold an older one. */
function consequences({ status, account, replaced }: Enrolled, ctx: Context): string[] {
  const devices = ctx.ledger.devices();
  if (status === "replaced") {
    return account.copies.flatMap((copy) => {
      const device = deviceOf(copy, devices);
      if (copy.deadSince === undefined || device === undefined) return [];
      const again = `twinseed qr ${pasteable(account)} --device ${pasteableName(device.name)}`;
      return [`${quoted(device.name)} holds the old seed, which is dead; enrol it again: ${again}`];
    });
  }
  if (status === "exists" || replaced !== undefined) return [];
  return sameLogin(account, ctx.ledger.accounts()).map(
    (other) =>
      `${quoted(other.name)} has the same issuer and label and another seed: if the service re-issued it, that one is dead; remove it (twinseed remove ${pasteable(other)})`,
  );
}
