/** What `export` does: opens the seeds, writes what the format can hold, reads it back, and says where the seeds went. */

import { Exit, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { foreignText, openForeignFile } from "../../formats/foreign-file.ts";
import type { Format, Writer } from "../../formats/format.ts";
import type { GoogleFilesNeeds } from "../../handover/google-files.ts";
import type { Account } from "../../ledger/account.ts";
import { withCopy } from "../../ledger/copies.ts";
import { type Enrollment, sameCodes } from "../../otp/enrollment.ts";
import { countPerCode } from "../../talk/options.ts";
import { count, note, quoted, warn } from "../../talk/say.ts";
import { namedDevice } from "../../vault/named-device.ts";
import type { Needs } from "../../world.ts";
import { chosenAccounts, type Outgoing, openAll } from "./chosen-accounts.ts";
import { noPlaceError, sayChangedNote, sayNotesGone, withNotes } from "./export-notes.ts";
import { type NewPassphraseNeeds, newPassphrase } from "./new-passphrase.ts";

type ExportAccountsNeeds = GoogleFilesNeeds & NewPassphraseNeeds & Needs<"env" | "gpg" | "notes">;

export interface ExportOptions {
  accounts?: string[];
  output?: string;
  plaintext?: boolean;
  password?: boolean;
  passphraseFile?: string;
  device?: string;
  perCode?: string;
  notes?: boolean;
  force?: boolean;
}

export async function exportAccounts(
  id: string,
  options: ExportOptions,
  needs: ExportAccountsNeeds,
): Promise<void> {
  if (id.toLowerCase() === "pass") return exportToPass(options, needs);
  const { format, writer } = await writerOf(id);
  const isGoogle = format.id === "google";
  const toFile = options.output !== undefined && !(await needs.files.isStream(options.output));
  if (!isGoogle && options.perCode !== undefined) throw usageError("--per-code is only for google");
  const perCode = countPerCode({ ...options, google: isGoogle });
  requirePossible(id, writer, toFile, options);
  if (options.notes && !writer.holdsNotes) throw await noPlaceError(id);
  const accounts = await chosenAccounts(options.accounts, needs);
  if (isGoogle && (await exportedAsCodes(accounts, perCode, options, needs))) return;
  requirePlace(writer, toFile, options, needs);
  const { outgoing, failed } = await openAll(accounts, needs);
  const able = supported(format.name, writer.reasonToOmit, outgoing, needs);
  const kept = await withNotes(able, options.notes ?? false, needs);
  const device = options.device === undefined ? undefined : await deviceNamed(options.device, needs);
  await writeOut(format, writer, kept, toFile, options, needs);
  if (device !== undefined) await noteCopies(kept, device, needs);
  if (failed > 0) throw new Exit(ExitCode.failed);
}

/** A folder of encrypted files, not one file. */
async function exportToPass(options: ExportOptions, needs: ExportAccountsNeeds): Promise<void> {
  const { output, plaintext = false, perCode, force = false } = options;
  if (plaintext || wantsLock(options) || perCode !== undefined)
    throw usageError("an export to pass is always locked, by gpg", "add --output STORE and no other way out");
  const { passStoreAt, writePassEntries } = await import("./pass-store.ts");
  const { reasonToOmitFromPass } = await import("../../formats/pass-entry.ts");
  const store = await passStoreAt(output, needs);
  const { outgoing, failed } = await openAll(await chosenAccounts(options.accounts, needs), needs);
  const able = supported("pass", reasonToOmitFromPass, outgoing, needs);
  const kept = await withNotes(able, options.notes ?? false, needs);
  const device = options.device === undefined ? undefined : await deviceNamed(options.device, needs);
  await writePassEntries(kept, store, { force }, needs);
  sayNotesGone(kept, quoted(store.folder), needs);
  if (device !== undefined) await noteCopies(kept, device, needs);
  if (failed > 0) throw new Exit(ExitCode.failed);
}

/** Google Authenticator reads QR codes: on the terminal, or as pictures. False if the user wants the codes as text. */
async function exportedAsCodes(
  accounts: readonly Account[],
  perCode: number | undefined,
  { output, plaintext, device, force = false }: ExportOptions,
  needs: ExportAccountsNeeds,
): Promise<boolean> {
  const devices = device === undefined ? [] : [device];
  if (output !== undefined && /\.(png|svg)$/i.test(output)) {
    const { writeGoogleFiles } = await import("../../handover/google-files.ts");
    await writeGoogleFiles(accounts, output, { devices, force, perCode }, needs);
    return true;
  }
  if (output !== undefined && /\.(gif|jpe?g|webp|bmp|heic|avif|pdf)$/i.test(output))
    throw usageError("QR codes are written as .png or .svg", "with another ending: as text, in URIs");
  if (output !== undefined || plaintext || !needs.stdout.isTTY || needs.terminal() === undefined)
    return false;
  const { showGoogleCodes } = await import("../../handover/google-screen.ts");
  await showGoogleCodes(accounts, { devices, perCode }, needs);
  return true;
}

async function writerOf(id: string): Promise<{ format: Format; writer: Writer }> {
  const { FORMATS } = await import("../../formats/index.ts");
  const format = FORMATS.find((one) => one.id === id.toLowerCase());
  if (format?.writer !== undefined) return { format, writer: format.writer };
  const known = [...FORMATS.filter(({ writer }) => writer !== undefined).map((one) => one.id), "pass"];
  throw usageError(`can't export to ${quoted(id)}`, `formats: ${known.join(", ")}`);
}

function requirePossible(id: string, { password }: Writer, toFile: boolean, options: ExportOptions): void {
  if (wantsLock(options) && !password) {
    throw usageError(
      `an export to ${id} can't be locked with a password`,
      "aegis, 2fas and kdbx exports can",
    );
  }
  if (password === "always" && !wantsLock(options))
    throw usageError(`an export to ${id} is always locked with a password`, "add --password");
  if (password === "always" && !toFile)
    throw usageError(`an export to ${id} is no text, so it has to go to a file`, "add --output FILE");
  if (toFile && options.plaintext) throw usageError("--output and --plaintext can't be combined");
}

/** Our own stdout or a terminal is no file, whatever path leads to it. */
function requirePlace(
  { password }: Writer,
  toFile: boolean,
  options: ExportOptions,
  needs: Needs<"stdout">,
): void {
  if (toFile || options.plaintext || wantsLock(options)) return;
  throw usageError(
    "an export holds the seeds in the clear, so say where it goes",
    "write it to a file: --output FILE",
    "or print it to stdout: --plaintext",
    ...(password ? ["or lock it: --password"] : []),
    ...(needs.stdout.isTTY ? ["to show one account: twinseed qr NAME"] : []),
  );
}

function wantsLock({ password = false, passphraseFile }: ExportOptions): boolean {
  return password || passphraseFile !== undefined;
}

/** Names each account that the app can't hold: none is dropped silently. Throws UserError (exit 1) if none is left. */
function supported(
  app: string,
  reasonToOmit: Writer["reasonToOmit"],
  outgoing: readonly Outgoing[],
  needs: Needs<"stderr">,
): readonly Outgoing[] {
  const kept: Outgoing[] = [];
  const earlier: Enrollment[] = [];
  for (const one of outgoing) {
    const reason = reasonToOmit(one.enrollment, earlier);
    if (reason === undefined) {
      kept.push(one);
      earlier.push(one.enrollment);
    } else warn(needs, `skipped ${quoted(one.account.name)}: ${reason}`);
  }
  if (kept.length > 0) return kept;
  throw new UserError(`${app} can hold none of these accounts`, ExitCode.failed, ["nothing was written"]);
}

async function writeOut(
  format: Format,
  writer: Writer,
  kept: readonly Outgoing[],
  toFile: boolean,
  options: ExportOptions,
  needs: ExportAccountsNeeds,
): Promise<void> {
  const passphrase = wantsLock(options) ? await newPassphrase(options, needs) : undefined;
  const content = await writer.write(
    kept.map(({ enrollment }) => enrollment),
    {
      names: kept.map(({ account }) => account.name),
      notes: kept.map(({ note }) => note),
      random: needs.random,
      now: needs.clock.now(),
      ...(passphrase === undefined ? {} : { passphrase }),
    },
  );
  await readBack(format, content, kept, passphrase, needs);
  const seeds = count(kept.length, "seed");
  if (options.output !== undefined)
    await needs.files.write(options.output, content, { replace: options.force || !toFile });
  else if (typeof content === "string") needs.stdout.write(content);
  if (options.output === undefined && !needs.stdout.isOpen)
    throw new UserError("stdout was closed: nothing was exported", ExitCode.failed);
  const where = options.output === undefined ? "stdout" : quoted(options.output);
  sayNotesGone(kept, where, needs);
  if (passphrase === undefined) {
    const warning = toFile
      ? `${where} holds ${seeds} in the clear: delete it once it has been read`
      : `wrote ${seeds} in the clear to ${where}`;
    warn(needs, warning);
  } else {
    note(needs, `exported ${seeds} to ${where}, locked with the password`);
  }
}

/**
 * Throws if the export does not read back with the same codes: it must not be reported as one. Warns if the app stores issuer
 * and label differently (a label with a colon and no issuer, for example).
 */
async function readBack(
  format: Format,
  content: string | Uint8Array,
  kept: readonly Outgoing[],
  passphrase: string | undefined,
  needs: Needs<"stderr">,
): Promise<void> {
  const file =
    typeof content === "string" ? foreignText("export", content) : await openForeignFile("export", content);
  const { entries } = await format.read(file, async () => passphrase ?? "");
  for (const [i, { account, enrollment }] of kept.entries()) {
    const back = entries[i]?.enrollment;
    if (back === undefined || !sameCodes(back, enrollment) || entries.length !== kept.length)
      throw new Error(`the export to ${format.id} did not read back as it was written`);
    sayChangedNote(kept[i], entries[i], needs);
    if (back.issuer !== enrollment.issuer || back.label !== enrollment.label)
      warn(
        needs,
        `${quoted(account.name)} becomes issuer ${quoted(back.issuer)}, label ${quoted(back.label)} there`,
      );
  }
}

async function deviceNamed(name: string, needs: ExportAccountsNeeds) {
  const terminal = needs.terminal();
  return namedDevice(name, undefined, terminal && ((question) => terminal.ask(question)), needs);
}

async function noteCopies(
  kept: readonly Outgoing[],
  device: Awaited<ReturnType<typeof deviceNamed>>,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Promise<void> {
  const ids = new Set(kept.map(({ account }) => account.id));
  const at = new Date(needs.clock.now()).toISOString();
  await needs.ledger.edit(async (edit) => {
    for (const account of needs.ledger.accounts()) {
      if (!ids.has(account.id)) continue;
      const noted: Account = withCopy(account, device, at);
      if (noted !== account) edit.update(noted);
    }
  });
  note(needs, `recorded ${count(ids.size, "copy", "copies")} on ${quoted(device.name)}, not confirmed yet`);
}
