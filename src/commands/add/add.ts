/** `add`: enrols accounts from pictures, clipboard, screen, stdin, a URI or a typed key. Everything is read and checked before anything is stored. */
import type { Command } from "commander";
import { Exit, ExitCode } from "../../base/errors.ts";
import { printableJson } from "../../base/printable.ts";
import type { Context } from "../../context.ts";
import type { Enrolment } from "../../otp/enrolment.ts";
import { defaultName, tidyText } from "../../otp/enrolment.ts";
import { isOtpauthUri } from "../../otp/otpauth-uri.ts";
import { PICTURES, type ReadFile, sayWhatWouldGo, tidyUp } from "../parts/delete-files.ts";
import { type Enrolled, enrol, type Wanted } from "../parts/enrol.ts";
import { examples } from "../parts/examples.ts";
import { accountJson } from "../parts/json.ts";
import { usageError } from "../parts/options.ts";
import { isInteractive, note, warn } from "../parts/say.ts";
import { offerSecondDevice, showCodes } from "./after.ts";
import { demandCheckValue } from "./check-value.ts";
import { choose } from "./choose.ts";
import type { FoundEnrolment } from "./found.ts";
import { sayOutcome } from "./outcome.ts";
import { type ParameterOptions, withParameters } from "./parameters.ts";
import { readSources, type SourceOptions } from "./sources.ts";

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

export function registerAdd(program: Command, ctx: Context): void {
  program
    .command("add")
    .description("enrol an account: from a screenshot of its QR code, an otpauth URI, or a key that you type")
    .argument(
      "[source...]",
      'picture files, "-" (stdin: a picture, URIs or a key), or nothing (asks, hidden)',
    )
    .option("--clipboard", "take the picture, URI or key from the clipboard")
    .option(
      "--screen [area]",
      'take it from the screen: a "region" that you drag (default on a terminal), or "full"',
    )
    .option("--name <name>", "what to call it (default: issuer:label)")
    .option("--issuer <issuer>", "the service, where the source does not say it or says it wrong")
    .option("--label <label>", "the login there, likewise")
    .option("--type <type>", "totp, hotp or steam")
    .option("--algorithm <algorithm>", "SHA1, SHA256 or SHA512")
    .option("--digits <digits>", "5 to 10")
    .option("--period <seconds>", "how long a code lives")
    .option("--counter <counter>", "next counter value (hotp)")
    .option("--replace", "take the place of the account of the same name; that one goes to removed/")
    .option("--all", "enrol every otpauth code of a picture that holds several")
    .option(
      "--delete-image",
      "delete the picture files once their seeds are stored (a person is asked anyway)",
    )
    .option("--dry-run", "say what would happen, write nothing")
    .option("--json", "print what was added as JSON")
    .action((sources: string[], options: AddOptions) => add(sources, options, ctx));
  examples(
    program,
    "add",
    "twinseed add screenshot.png --name aws-root",
    "twinseed add --screen  # drag over the QR code",
    "twinseed add - < uris.txt  # otpauth URIs, one a line",
    "twinseed add  # asks for a key or URI, without showing it",
  );
}

export async function add(sources: readonly string[], options: AddOptions, ctx: Context): Promise<void> {
  const { dryRun = false, replace = false, deleteImage = false } = options;
  if (deleteImage && !sources.some((source) => source !== "-" && !isOtpauthUri(source)))
    throw usageError("--delete-image goes with the names of picture files");
  const found = await readSources(sources, options, ctx);
  const chosen: FoundEnrolment[] = [];
  const pictures: ReadFile[] = [];
  for (const one of found) {
    const picked = await choose(one, options.all, ctx);
    chosen.push(...picked);
    const { file } = one;
    if (file !== undefined && !pictures.some(({ path }) => path === file.path)) {
      const keep = picked.length < one.enrolments.length ? NOT_ALL : file.holdsMore ? MORE : undefined;
      pictures.push({ ...file, ...(keep === undefined ? {} : { keep }) });
    }
  }
  if (options.name !== undefined && chosen.length > 1) {
    throw usageError(`--name is for one account, and ${chosen.length} were found`);
  }
  const wanted: Wanted[] = [];
  for (const { check, isShort, ...found } of chosen) {
    if (isShort) warn(ctx, SHORT);
    const enrolment = withParameters(found, options);
    demandCheckValue(enrolment, check);
    wanted.push(await named(enrolment, options, ctx));
  }

  const conflicts = replace ? "replace" : "refuse";
  const enrolled = await enrol(wanted, { conflicts, dryRun }, ctx);
  sayOutcome(enrolled, dryRun, ctx);
  if (options.json) {
    const results = enrolled.map(({ status, account }) => ({ status, account: accountJson(account) }));
    ctx.stdout.write(`${printableJson(results)}\n`);
  }
  if (!dryRun) await finish(enrolled, pictures, options, ctx);
  else if (deleteImage) await sayWhatWouldGo(pictures, PICTURES, ctx);
}

/** The seeds are stored and read back: what is left is for people to see, and the pictures. */
async function finish(
  enrolled: readonly Enrolled[],
  pictures: readonly ReadFile[],
  { json = false, clipboard = false, deleteImage = false }: AddOptions,
  ctx: Context,
): Promise<void> {
  const terminal = isInteractive(ctx) && !json ? ctx.terminal() : undefined;
  if (terminal !== undefined) showCodes(enrolled, terminal, ctx);
  if (clipboard) note(ctx, "hint: the clipboard still holds the seed: copy something else");
  const isTidy = json && !deleteImage ? true : await tidyUp(pictures, deleteImage, terminal, PICTURES, ctx);
  if (!json) await offerSecondDevice(enrolled, terminal, ctx);
  if (!isTidy) throw new Exit(ExitCode.failed);
}

/** Settles who it is for: options win; what is still missing is asked for, or demanded where nobody can be asked. */
async function named(enrolment: Enrolment, options: AddOptions, ctx: Context): Promise<Wanted> {
  let issuer = options.issuer === undefined ? enrolment.issuer : tidyText(options.issuer);
  let label = options.label === undefined ? enrolment.label : tidyText(options.label);
  if (issuer === "" && label === "") {
    const terminal = ctx.terminal();
    if (terminal !== undefined) {
      issuer = tidyText(await terminal.ask("Service (issuer), such as Amazon Web Services: "));
      label = tidyText(await terminal.ask("Login there (label), such as alice@123456789012: "));
    } else if (options.name !== undefined) {
      label = tidyText(options.name);
    }
  }
  const name = tidyText(options.name ?? "") || defaultName({ issuer, label });
  if (name === "") {
    throw usageError(
      "this seed comes without a name",
      "say whose it is with --issuer and --label, or --name",
    );
  }
  return { enrolment: { ...enrolment, issuer, label }, name, named: options.name !== undefined };
}
