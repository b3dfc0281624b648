/** Makes the page, delivers it to a file, a printer or stdout, and then records the paper as a device. */

import { UserError, usageError } from "../../base/errors.ts";
import { sha256 } from "../../base/node-crypto.ts";
import type { Account } from "../../ledger/account.ts";
import { deviceNamed } from "../../ledger/find-device.ts";
import { cleanText } from "../../otp/enrollment.ts";
import { formatSheet } from "../../sheet/account-page.ts";
import type { Paper } from "../../sheet/html.ts";
import { formatSharePages } from "../../sheet/share-page.ts";
import { count, note, pasteable, pasteableName, quoted, warn } from "../../talk/say.ts";
import { namedDevice } from "../../vault/named-device.ts";
import { recordSheet } from "../../vault/proofs.ts";
import { requireStoreOpens } from "../../vault/store-opens.ts";
import type { Needs } from "../../world.ts";
import { collect } from "./accounts.ts";
import { sheetWords } from "./language.ts";
import { readShares } from "./print-shares.ts";

type MakeNeeds = Needs<
  | "stdin"
  | "stdout"
  | "stderr"
  | "computer"
  | "env"
  | "stateFolder"
  | "clock"
  | "random"
  | "files"
  | "printer"
  | "ledger"
  | "seeds"
  | "notes"
>;

export interface SheetOptions {
  output?: string;
  force?: boolean;
  print?: boolean;
  printer?: string;
  paper?: string;
  device?: string;
  notes?: boolean;
  shares?: string;
  language?: string;
}

/** Throws UserError (exit 2), before any seed is opened, if no option says where the page goes. */
export async function sheet(
  queries: readonly string[],
  options: SheetOptions,
  needs: MakeNeeds,
): Promise<void> {
  const paper = parsePaper(options.paper);
  const words = await sheetWords(options.language, needs.env);
  requireDestination(options, needs);
  const date = new Date(needs.clock.now()).toISOString().slice(0, 10);
  if (options.shares !== undefined) {
    if (queries.length > 0 || options.device !== undefined || options.notes)
      throw usageError("--shares takes no accounts, no --device and no --notes: a share is not an account");
    const shares = await readShares(options.shares, needs);
    const what = count(shares.length, "share of a backup", "shares of a backup");
    const pages = formatSharePages(shares, date, paper, await viewerHash(), words);
    return deliver(pages, what, options, paper, needs);
  }
  if (options.device !== undefined) await requirePaper(options.device, needs);
  const { opened, failed } = await collect(queries, options.notes ?? false, needs);
  const [failure] = failed;
  if (opened.length === 0 && failed.length > 1)
    await requireStoreOpens(
      failed.map(({ account }) => account),
      await needs.seeds(),
    );
  if (opened.length === 0 && failure !== undefined) throw failure.error;
  const page = formatSheet({
    accounts: opened.map(({ shown }) => shown),
    missing: failed.map(({ account }) => account.name),
    date,
    hostname: needs.computer.hostname,
    device: options.device,
    paper,
    viewer: await viewerHash(),
    words,
  });
  const accounts = opened.map(({ account }) => account);
  await deliver(
    page,
    `the ${accounts.length === 1 ? "seed" : "seeds"} ${options.notes ? "and recovery codes " : ""}of ${whose(accounts)}`,
    options,
    paper,
    needs,
  );
  await noteCopies(accounts, options, needs);
  for (const { account, error } of failed.slice(1))
    note(needs, `error: ${quoted(account.name)} is not on the sheet: ${error.message}`);
  if (failure !== undefined) {
    const message = `${quoted(failure.account.name)} is not on the sheet: ${failure.error.message}`;
    throw new UserError(message, failure.error.exitCode, failure.error.hints);
  }
}

async function viewerHash(): Promise<string> {
  return sha256((await import("../../page/viewer.html")).default);
}

function whose([first, ...others]: readonly Account[]): string {
  if (first === undefined) return "no account";
  return others.length === 0 ? quoted(first.name) : count(others.length + 1, "account");
}

function parsePaper(text: string | undefined): Paper | undefined {
  const paper = text?.trim().toLowerCase();
  if (paper === undefined || paper === "a4" || paper === "letter") return paper;
  throw usageError("--paper must be a4 or letter");
}

function requireDestination({ output, print, printer, force }: SheetOptions, needs: Needs<"stdout">): void {
  if (printer !== undefined && !print) throw usageError("--printer needs --print");
  if (force && output === undefined) throw usageError("--force needs --output");
  if (output !== undefined && !/\.html?$/i.test(output))
    throw usageError("--output needs a file name that ends in .html");
  if (output !== undefined || print || !needs.stdout.isTTY) return;
  throw usageError(
    "a sheet goes to a file or to a printer: say which",
    "a file that any browser can print: twinseed sheet --output sheet.html",
    "or straight to the printer: twinseed sheet --print",
  );
}

/** Finds out, before anything is printed, whether the paper can be recorded. */
async function requirePaper(
  name: string,
  needs: Needs<"computer" | "clock" | "random" | "ledger">,
): Promise<void> {
  const cleanName = cleanText(name);
  if (cleanName === "") throw usageError("a device needs a name");
  const known = deviceNamed(needs.ledger.devices(), cleanName);
  if (known === undefined) return;
  // Throws if the device is lost or retired.
  const { kind } = await namedDevice(cleanName, "paper", undefined, needs);
  if (kind !== "paper")
    throw usageError(
      `${quoted(known.name)} is a ${kind} device, not paper`,
      "choose another name for the paper",
    );
}

async function deliver(
  page: string,
  what: string,
  { output, print, printer, force = false }: SheetOptions,
  paper: Paper | undefined,
  needs: MakeNeeds,
): Promise<void> {
  if (output !== undefined) {
    await needs.files.write(output, page, { replace: force });
    warn(needs, `${quoted(output)} holds ${what}: print it from a browser, then delete it`);
  }
  if (print) {
    await needs.printer.print(page, {
      ...(printer === undefined ? {} : { printer }),
      ...(paper === undefined ? {} : { paper }),
    });
    warn(
      needs,
      `sent ${what} to the printer: fetch the paper now; the print queue and the printer may keep a copy for a while`,
    );
  }
  if (output === undefined && !print) {
    needs.stdout.write(page);
    warn(needs, `wrote ${what} to stdout, as an HTML page`);
  }
}

/** No one has scanned the paper yet, so its copies are not confirmed. */
async function noteCopies(
  accounts: readonly Account[],
  { device: name }: SheetOptions,
  needs: MakeNeeds,
): Promise<void> {
  if (name === undefined) return;
  const device = await namedDevice(name, "paper", undefined, needs);
  for (const account of accounts) await recordSheet(account, device, needs);
  const [only] = accounts.length === 1 ? accounts : [];
  note(needs, `recorded ${quoted(device.name)} as paper that holds ${whose(accounts)}, not confirmed yet`);
  const verify = `twinseed verify ${only ? pasteable(only) : "ACCOUNT"} --device ${pasteableName(device.name)}`;
  note(
    needs,
    `hint: once it is printed, scan it with a phone and type the code that the phone shows: ${verify}`,
  );
}
