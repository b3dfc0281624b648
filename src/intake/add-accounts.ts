/** Turns sources into accounts. Everything is read and checked before anything is stored. Used by `add`, and for the AWS root user. */

import { Exit, ExitCode, UserError, usageError } from "../base/errors.ts";
import { printableJson } from "../base/printable.ts";
import { visibleText } from "../base/visible-text.ts";
import { offerSecondDevice, showCodes } from "../handover/second-device.ts";
import { checkValueOf } from "../otp/check-value.ts";
import { cleanText, defaultName, type Enrollment } from "../otp/enrollment.ts";
import type { Overrides } from "../otp/foreign-uri.ts";
import { ENCODINGS, encodingOf } from "../otp/key-text.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import { accountJson } from "../talk/json.ts";
import { isInteractive, note, warn } from "../talk/say.ts";
import { enroll } from "../vault/enroll-accounts.ts";
import type { Enrolled, EnrollNeeds, EnrollRequest } from "../vault/enrolled.ts";
import type { Needs } from "../world.ts";
import { choose } from "./choose-accounts.ts";
import { chooseEncoding } from "./choose-encoding.ts";
import { deleteSources, PICTURES, type ReadFile, sayDeletions } from "./delete-files.ts";
import type { FoundEnrollment } from "./found.ts";
import { sayOutcome } from "./outcome.ts";
import { type ParameterOptions, withParameters } from "./parameters.ts";
import { readSources, type SourceOptions, type SourcesNeeds } from "./sources.ts";

export type AddAccountsNeeds = SourcesNeeds & EnrollNeeds;

export interface AddOptions extends ParameterOptions, SourceOptions {
  name?: string;
  issuer?: string;
  label?: string;
  /** Of the key: base32, hex or base64. */
  encoding?: string;
  replace?: boolean;
  forceOld?: boolean;
  allowMissing?: boolean;
  all?: boolean;
  deleteImage?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const NOT_ALL = "not every code in it was enrolled";
const MORE = "it also holds a code that was not enrolled";
const SHORT =
  "the key has fewer than 80 bits (16 characters), less than services issue: is it complete? compare its codes";

export async function addAccounts(
  sources: readonly string[],
  options: AddOptions,
  needs: AddAccountsNeeds,
): Promise<void> {
  const { dryRun = false, replace = false, deleteImage = false } = options;
  const { forceOld = false, allowMissing = false } = options;
  if (deleteImage && !sources.some((source) => source !== "-" && !isOtpauthUri(source)))
    throw usageError("--delete-image requires the names of picture files");
  const overrides = overridesOf(options);
  const found = await readSources(sources, options, overrides, needs);
  const chosen: FoundEnrollment[] = [];
  const pictures: ReadFile[] = [];
  for (const one of found) {
    const picked = await choose(one, options.all, needs);
    chosen.push(...picked);
    const { file } = one;
    if (file !== undefined && !pictures.some(({ path }) => path === file.path)) {
      const keep = picked.length < one.enrollments.length ? NOT_ALL : file.holdsMore ? MORE : undefined;
      pictures.push({ ...file, ...(keep === undefined ? {} : { keep }) });
    }
  }
  if (options.name !== undefined && chosen.length > 1) {
    throw usageError(`--name is for one account, but ${chosen.length} were found`);
  }
  const requests: EnrollRequest[] = [];
  for (const one of chosen) {
    const { check, isShort, at: _, ...found } = await chooseEncoding(one, options, needs);
    if (isShort) warn(needs, SHORT);
    const enrollment = withParameters(found, options);
    requireCheckValue(enrollment, check);
    requests.push(await resolveName(enrollment, options, needs));
  }

  const conflicts = replace ? "replace" : "refuse";
  const enrolled = await enroll(requests, { conflicts, dryRun, forceOld, allowMissing }, needs);
  sayOutcome(enrolled, dryRun, needs);
  if (options.json) {
    const results = enrolled.map(({ status, account }) => ({ status, account: accountJson(account) }));
    needs.stdout.write(`${printableJson(results)}\n`);
  }
  if (!dryRun) await finish(enrolled, pictures, options, needs);
  else if (deleteImage) await sayDeletions(pictures, PICTURES, needs);
}

/** They replace what a URI says, so what it says need not be valid. Throws UserError (exit 2). */
function overridesOf({ encoding, ...options }: AddOptions): Overrides {
  const known = encoding === undefined ? undefined : encodingOf(encoding);
  if (encoding !== undefined && known === undefined)
    throw usageError(`--encoding takes one of: ${ENCODINGS.join(", ")}`);
  const { type, algorithm, digits, period, counter } = options;
  return { type, algorithm, digits, period, counter, encoding: known };
}

/** The seeds are stored and read back. This shows the codes, deals with the pictures, and offers a second device. */
async function finish(
  enrolled: readonly Enrolled[],
  pictures: readonly ReadFile[],
  { json = false, clipboard = false, deleteImage = false }: AddOptions,
  needs: AddAccountsNeeds,
): Promise<void> {
  const terminal = isInteractive(needs) && !json ? needs.terminal() : undefined;
  if (terminal !== undefined) showCodes(enrolled, terminal, needs);
  if (clipboard) note(needs, "hint: the clipboard still holds the seed: copy something else");
  const isDone =
    json && !deleteImage ? true : await deleteSources(pictures, deleteImage, terminal, PICTURES, needs);
  if (!json) await offerSecondDevice(enrolled, terminal, needs);
  if (!isDone) throw new Exit(ExitCode.failed);
}

/**
 * A key from a recovery sheet comes with a check value, which also depends on the parameters. Throws UserError (exit 5). The
 * message never shows the right check value, as that would not tell what is wrong.
 */
function requireCheckValue(enrollment: Enrollment, check: string | undefined): void {
  if (check === undefined || check === checkValueOf(enrollment)) return;
  throw new UserError("the key and its check value do not match; nothing was added", ExitCode.unreadable, [
    "a character of the key or of the check value is mistyped: compare them group by group",
    "or an option is missing: the sheet has the complete command (--type, --algorithm, --digits, --period)",
  ]);
}

/**
 * Finds the account's issuer, label and name. Options win; the user is asked for what is still missing. Without a terminal
 * that is a UserError (exit 2).
 */
async function resolveName(
  enrollment: Enrollment,
  options: AddOptions,
  needs: Needs<"terminal">,
): Promise<EnrollRequest> {
  let issuer = options.issuer === undefined ? enrollment.issuer : cleanText(options.issuer);
  let label = options.label === undefined ? enrollment.label : cleanText(options.label);
  if (issuer === "" && label === "") {
    const terminal = needs.terminal();
    if (terminal !== undefined) {
      issuer = cleanText(await terminal.ask("Service (issuer), such as Amazon Web Services: "));
      label = cleanText(await terminal.ask("Login there (label), such as alice@123456789012: "));
    } else if (options.name !== undefined) {
      label = cleanText(options.name);
    }
  }
  const name = cleanText(options.name ?? "") || defaultName({ issuer, label });
  if (visibleText(name) === "") {
    throw usageError("this seed has no name", "name it with --issuer and --label, or --name");
  }
  return { enrollment: { ...enrollment, issuer, label }, name, named: options.name !== undefined };
}
