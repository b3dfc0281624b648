/** `add`: enrols accounts from pictures, stdin, a URI or a typed key. Everything is read and checked before anything is stored. */
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { ExitCode, UserError } from "../errors.ts";
import { deviceOf } from "../ledger/copies.ts";
import type { Enrolment } from "../otp/enrolment.ts";
import { defaultName, tidyText } from "../otp/enrolment.ts";
import { printableJson } from "../printable.ts";
import { showAfterAdding } from "./after-adding.ts";
import { sameLogin } from "./conflicts.ts";
import { type Enrolled, enrol, type Wanted } from "./enrol.ts";
import { accountJson } from "./json.ts";
import { usageError } from "./options.ts";
import { type ParameterOptions, withParameters } from "./parameters.ts";
import { isInteractive, note, pasteable, pasteableName, quoted } from "./say.ts";
import { askSource, describe, type Found, readSource } from "./sources.ts";

export interface AddOptions extends ParameterOptions {
  name?: string;
  issuer?: string;
  label?: string;
  replace?: boolean;
  all?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export function registerAdd(program: Command, ctx: Context): void {
  program
    .command("add")
    .description("enrol an account: from a screenshot of its QR code, an otpauth URI, or a key that you type")
    .argument("[source...]", 'PNG files, "-" (stdin: a picture, URIs or a key), or nothing (asks, hidden)')
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
    .option("--dry-run", "say what would happen, write nothing")
    .option("--json", "print what was added as JSON")
    .action((sources: string[], options: AddOptions) => add(sources, options, ctx));
}

export async function add(sources: readonly string[], options: AddOptions, ctx: Context): Promise<void> {
  if (sources.filter((source) => source === "-").length > 1)
    throw usageError('"-" (stdin) can be read once only');
  const found = sources.length === 0 ? [await askSource(ctx)] : await readAll(sources, ctx);
  const chosen: Enrolment[] = [];
  for (const one of found) chosen.push(...(await choose(one, options, ctx)));
  if (options.name !== undefined && chosen.length > 1) {
    throw usageError(`--name is for one account, and ${chosen.length} were found`);
  }
  const wanted: Wanted[] = [];
  for (const enrolment of chosen) wanted.push(await named(withParameters(enrolment, options), options, ctx));

  const enrolled = await enrol(
    wanted,
    { replace: options.replace ?? false, dryRun: options.dryRun ?? false },
    ctx,
  );
  for (const one of enrolled) {
    note(ctx, sentence(one, options));
    for (const text of consequences(one, ctx)) note(ctx, `hint: ${text}`);
  }
  if (options.json) {
    const results = enrolled.map(({ status, account }) => ({ status, account: accountJson(account) }));
    ctx.stdout.write(`${printableJson(results)}\n`);
  } else if (!options.dryRun) {
    await showAfterAdding(enrolled, ctx);
  }
}

async function readAll(sources: readonly string[], ctx: Context): Promise<Found[]> {
  const found: Found[] = [];
  for (const source of sources) found.push(await readSource(source, ctx));
  return found;
}

/** Several codes in one picture are never silently reduced to one. */
async function choose(
  { from, enrolments, isPicture }: Found,
  options: AddOptions,
  ctx: Context,
): Promise<readonly Enrolment[]> {
  if (!isPicture || enrolments.length < 2 || options.all) return enrolments;
  const list = enrolments.map((enrolment, i) => `  ${i + 1}  ${describe(enrolment)}`);
  const terminal = isInteractive(ctx) ? ctx.terminal() : undefined;
  if (terminal === undefined) {
    throw new UserError(`${from} holds ${enrolments.length} otpauth codes`, ExitCode.unreadable, [
      ...list.map((line) => line.trim()),
      "enrol all of them with --all, or crop the picture to one",
    ]);
  }
  terminal.print(`${from} holds ${enrolments.length} otpauth codes:\n${list.join("\n")}\n`);
  const answer = await terminal.ask('Which one? (a number, or "all"): ');
  if (/^all?$/i.test(answer)) return enrolments;
  const picked = /^\d+$/.test(answer) ? enrolments[Number(answer) - 1] : undefined;
  if (picked === undefined) throw usageError("that is none of them; nothing was added");
  return [picked];
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

function sentence({ status, account, replaced, wasMissing }: Enrolled, { dryRun }: AddOptions): string {
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
