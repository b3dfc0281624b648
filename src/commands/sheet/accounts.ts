/** The accounts for a sheet, opened, each with its QR code (which is read back) and the devices that hold it. */

import { ExitCode, UserError } from "../../base/errors.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { deviceOf, liveCopies, stateOf } from "../../ledger/copy-states.ts";
import { findAccounts } from "../../ledger/find-several.ts";
import { noAccounts } from "../../ledger/not-found.ts";
import { noteAsText } from "../../otp/plain-note.ts";
import { fullContentOf } from "../../qr/content.ts";
import { formatPath } from "../../qr/picture.ts";
import { isNothing, noteOf } from "../../seeds/notes/note-content.ts";
import { isLocked } from "../../seeds/seed-store.ts";
import type { Holder, SheetAccount } from "../../sheet/account-block.ts";
import { progressOf } from "../../talk/progress.ts";
import { openAccount } from "../../vault/open-account.ts";
import type { Needs } from "../../world.ts";

export interface Collected {
  readonly opened: readonly { readonly account: Account; readonly shown: SheetAccount }[];
  readonly failed: readonly { readonly account: Account; readonly error: UserError }[];
}

/** One seed that can't be read never hides the others; a locked store does (exit 6). */
export async function collect(
  queries: readonly string[],
  withNotes: boolean,
  needs: Needs<"stderr" | "clock" | "stateFolder" | "ledger" | "seeds" | "notes">,
): Promise<Collected> {
  const opened: { account: Account; shown: SheetAccount }[] = [];
  const failed: { account: Account; error: UserError }[] = [];
  const devices = needs.ledger.devices();
  const progress = progressOf("drawing account", needs);
  const accounts = await chosen(queries, needs);
  for (const [i, account] of accounts.entries()) {
    progress.at(i, accounts.length);
    try {
      const shown = await open(account, devices, needs);
      const note = withNotes ? await noteText(account, needs) : undefined;
      opened.push({ account, shown: note === undefined ? shown : { ...shown, note } });
    } catch (error) {
      if (!(error instanceof UserError) || isLocked(error)) {
        progress.end();
        throw error;
      }
      failed.push({ account, error });
    }
  }
  progress.end();
  return { opened, failed };
}

async function chosen(queries: readonly string[], needs: Needs<"ledger">): Promise<readonly Account[]> {
  const known = needs.ledger.accounts();
  if (known.length === 0) throw noAccounts(needs.ledger, "there is no account to put on a sheet");
  if (queries.length === 0) return known;
  return findAccounts(known, queries, needs.ledger);
}

async function open(
  account: Account,
  devices: readonly Device[],
  needs: Needs<"stateFolder" | "ledger" | "seeds">,
): Promise<SheetAccount> {
  const enrollment = await openAccount(account, needs);
  const content = fullContentOf(enrollment);
  return {
    name: account.name,
    enrollment,
    qr: content === undefined ? undefined : await formatPath(content),
    holders: holdersOf(account, devices),
  };
}

async function noteText(account: Account, needs: Needs<"notes">): Promise<string | undefined> {
  if (account.note === undefined) return undefined;
  const found = await (await needs.notes()).read(account.id);
  if (found === undefined || found.unopened > 0)
    throw new UserError("not all of its recovery codes and note can be read", ExitCode.failed, [
      "find out why: twinseed note NAME; or print the sheet without --notes",
    ]);
  return isNothing(found.content) ? undefined : noteAsText(noteOf(found.content));
}

function holdersOf(account: Account, devices: readonly Device[]): Holder[] {
  return liveCopies(account, devices).flatMap((copy) => {
    const device = deviceOf(copy, devices);
    if (device === undefined) return [];
    return [
      {
        name: device.name,
        kind: device.kind,
        confirmed: stateOf(copy, device) === "proved" ? copy.confirmedAt?.slice(0, 10) : undefined,
      },
    ];
  });
}
