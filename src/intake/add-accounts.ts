/** From sources to accounts: everything is read and checked before anything is stored. Used by `add`, and for the root user of AWS. */

import { Exit, ExitCode, UserError, usageError } from "../base/errors.ts";
import { printableJson } from "../base/printable.ts";
import { visibleText } from "../base/visible-text.ts";
import { offerSecondDevice, showCodes } from "../handover/second-device.ts";
import { checkValueOf } from "../otp/check-value.ts";
import { cleanText, defaultName, type Enrollment } from "../otp/enrollment.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import { accountJson } from "../talk/json.ts";
import { isInteractive, note, warn } from "../talk/say.ts";
import { type Enrolled, type EnrollNeeds, type EnrollRequest, enroll } from "../vault/enroll-accounts.ts";
import type { Needs } from "../world.ts";
import { choose } from "./choose-accounts.ts";
import { deleteSources, PICTURES, type ReadFile, sayWhatWouldGo } from "./delete-files.ts";
import type { FoundEnrollment } from "./found.ts";
import { sayOutcome } from "./outcome.ts";
import { type ParameterOptions, withParameters } from "./parameters.ts";
import { readSources, type SourceOptions, type SourcesNeeds } from "./sources.ts";

export type AddAccountsNeeds = SourcesNeeds & EnrollNeeds;

export interface AddOptions extends ParameterOptions, SourceOptions {
  name?: string;
  issuer?: string;
  label?: string;
  replace?: boolean;
  all?: boolean;
  deleteImage?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const NOT_ALL = "not every code in it was enrolled";
const MORE = "it holds seeds of another kind too";
const SHORT =
  "the key has fewer than 80 bits (16 characters), less than services give: is it whole? compare its codes";

export async function addAccounts(
  sources: readonly string[],
  options: AddOptions,
  needs: AddAccountsNeeds,
): Promise<void> {
  const { dryRun = false, replace = false, deleteImage = false } = options;
  if (deleteImage && !sources.some((source) => source !== "-" && !isOtpauthUri(source)))
    throw usageError("--delete-image goes with the names of picture files");
  const found = await readSources(sources, options, needs);
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
    throw usageError(`--name is for one account, and ${chosen.length} were found`);
  }
  const wanted: EnrollRequest[] = [];
  for (const { check, isShort, ...found } of chosen) {
    if (isShort) warn(needs, SHORT);
    const enrollment = withParameters(found, options);
    requireCheckValue(enrollment, check);
    wanted.push(await named(enrollment, options, needs));
  }

  const conflicts = replace ? "replace" : "refuse";
  const enrolled = await enroll(wanted, { conflicts, dryRun }, needs);
  sayOutcome(enrolled, dryRun, needs);
  if (options.json) {
    const results = enrolled.map(({ status, account }) => ({ status, account: accountJson(account) }));
    needs.stdout.write(`${printableJson(results)}\n`);
  }
  if (!dryRun) await finish(enrolled, pictures, options, needs);
  else if (deleteImage) await sayWhatWouldGo(pictures, PICTURES, needs);
}

/** The seeds are stored and read back: what is left is for people to see, and the pictures. */
async function finish(
  enrolled: readonly Enrolled[],
  pictures: readonly ReadFile[],
  { json = false, clipboard = false, deleteImage = false }: AddOptions,
  needs: AddAccountsNeeds,
): Promise<void> {
  const terminal = isInteractive(needs) && !json ? needs.terminal() : undefined;
  if (terminal !== undefined) showCodes(enrolled, terminal, needs);
  if (clipboard) note(needs, "hint: the clipboard still holds the seed: copy something else");
  const isTidy =
    json && !deleteImage ? true : await deleteSources(pictures, deleteImage, terminal, PICTURES, needs);
  if (!json) await offerSecondDevice(enrolled, terminal, needs);
  if (!isTidy) throw new Exit(ExitCode.failed);
}

/**
 * A key from a recovery sheet comes with its check value, which depends on the parameters too. Throws UserError (exit 5); never
 * says what the right one would be, as that says nothing of what is wrong.
 */
function requireCheckValue(enrollment: Enrollment, check: string | undefined): void {
  if (check === undefined || check === checkValueOf(enrollment)) return;
  throw new UserError("the key and its check value do not match; nothing was added", ExitCode.unreadable, [
    "a character of the key or of the check value is mistyped: compare them group by group",
    "or an option is missing: the sheet has the whole command (--type, --algorithm, --digits, --period)",
  ]);
}

/** Settles who it is for: options win; what is still missing is asked for, or demanded where nobody can be asked. */
async function named(
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
    throw usageError(
      "this seed comes without a name",
      "say whose it is with --issuer and --label, or --name",
    );
  }
  return { enrollment: { ...enrollment, issuer, label }, name, named: options.name !== undefined };
}
