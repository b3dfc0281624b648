/**
 * QR codes for the "Import accounts" of Google Authenticator, with several accounts each. Accounts that the app can't hold
 * are skipped, with a warning on stderr.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import {
  batchIdOf,
  formatPart,
  formatParts,
  LARGEST_BATCH_ID,
  MOST_PER_CODE,
  reasonToOmitFromGoogle,
} from "../formats/google-migration.ts";
import type { Account } from "../ledger/account.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import type { Size } from "../ports/terminal.ts";
import { hasRoom } from "../qr/capacity.ts";
import { contentOfText } from "../qr/content.ts";
import type { PictureKind } from "../qr/picture.ts";
import { drawTextPacked } from "../qr/terminal-drawing.ts";
import { drawContent, type QrDrawings } from "../qr/window.ts";
import { quoted, warn } from "../talk/say.ts";
import { type OpenedAccount, openAccount } from "../vault/open-account.ts";
import type { Needs } from "../world.ts";

export type GoogleCodesNeeds = Needs<"stderr" | "computer" | "stateFolder" | "ledger" | "seeds">;

/** The menu path for the user: the app's usual scanner refuses these codes. */
export const IMPORT_HINT = "Google Authenticator: Transfer accounts > Import accounts";

/** Opens the accounts that the app can hold, and warns about the others. Throws UserError if it can hold none. */
export async function openForGoogle(
  accounts: readonly Account[],
  needs: GoogleCodesNeeds,
): Promise<OpenedAccount[]> {
  await needs.seeds(); // a locked store fails here once, not once per account
  const opened: OpenedAccount[] = [];
  const faults: UserError[] = [];
  for (const account of new Map(accounts.map((one) => [one.id, one])).values()) {
    try {
      const enrollment = await openAccount(account, needs);
      const reason = reasonToOmitFromGoogle(enrollment) ?? (await tooLong(enrollment));
      if (reason === undefined) opened.push({ account, enrollment });
      else warn(needs, `skipped ${quoted(account.name)}: ${reason}`);
    } catch (error) {
      // One seed that can't be opened does not hold up the others.
      if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
      faults.push(error);
      if (accounts.length > 1) warn(needs, `skipped ${quoted(account.name)}: ${error.message}`);
    }
  }
  if (opened.length > 0) return opened;
  throw accounts.length === 1 && faults[0] !== undefined
    ? faults[0]
    : new UserError("none of these accounts can be exported to Google Authenticator", ExitCode.failed, [
        "show them one by one, without --google",
      ]);
}

async function tooLong(enrollment: Enrollment): Promise<string | undefined> {
  return hasRoom(await trialUri([enrollment], 1)) ? undefined : "it is too long for a QR code";
}

/** Returns the content of each picture file, with at most `perCode` accounts, in order. Reads every picture back to check it. */
export async function googlePictures(
  enrollments: readonly Enrollment[],
  kind: PictureKind,
  perCode: number | undefined,
  needs: Needs<"random">,
): Promise<(Uint8Array | string)[]> {
  const { formatPicture } = await import("../qr/picture.ts");
  const groups = await splitIntoGroups(enrollments, perCode, async () => true);
  const pictures: (Uint8Array | string)[] = [];
  for (const uri of await formatParts(groups, batchIdOf(needs.random)))
    pictures.push(await formatPicture(contentOfText(uri), kind));
  return pictures;
}

export interface GoogleCode {
  readonly drawings: QrDrawings;
  /** Its first and last account, counted from 1. */
  readonly first: number;
  readonly last: number;
}

/** Returns drawings with as many accounts each as fit the window, at least one. Reads every drawing back to check it. */
export async function googleDrawings(
  enrollments: readonly Enrollment[],
  perCode: number | undefined,
  window: Size | undefined,
  needs: Needs<"random">,
): Promise<GoogleCode[]> {
  const groups = await splitIntoGroups(enrollments, perCode, async (uri) => {
    if (window === undefined) return true;
    const { columns, rows } = await drawTextPacked(uri);
    return columns <= window.columns && rows <= window.rows;
  });
  const codes: GoogleCode[] = [];
  let last = 0;
  for (const [i, uri] of (await formatParts(groups, batchIdOf(needs.random))).entries()) {
    const first = last + 1;
    last += groups[i]?.length ?? 0;
    codes.push({ drawings: await drawContent(contentOfText(uri)), first, last });
  }
  return codes;
}

/** Splits the accounts, in order, into groups as large as allowed. */
async function splitIntoGroups(
  enrollments: readonly Enrollment[],
  perCode: number = MOST_PER_CODE,
  fits: (uri: string) => Promise<boolean>,
): Promise<Enrollment[][]> {
  const groups: Enrollment[][] = [];
  for (const enrollment of enrollments) {
    const last = groups.at(-1);
    const uri = await trialUri([...(last ?? []), enrollment], enrollments.length);
    if (last !== undefined && last.length < perCode && hasRoom(uri) && (await fits(uri)))
      last.push(enrollment);
    else groups.push([enrollment]);
  }
  return groups;
}

/**
 * Returns a text at least as long as the final URI will be. The end of the URI depends on the batch ID, and URL encoding turns
 * some of its characters into three.
 */
async function trialUri(group: readonly Enrollment[], most: number): Promise<string> {
  return `${await formatPart(group, { size: most, index: most }, LARGEST_BATCH_ID)}${"x".repeat(16)}`;
}
