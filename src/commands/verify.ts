/** `verify`: a device proves that it holds a seed, by the code it shows now. */
import type { Command } from "commander";
import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { printableJson } from "../base/printable.ts";
import { findAccount } from "../ledger/find.ts";
import { examples } from "../talk/examples.ts";
import { accountJson } from "../talk/json.ts";
import { note, quoted, warn } from "../talk/say.ts";
import { namedDevice, parseKind } from "../vault/named-device.ts";
import { openAccount } from "../vault/open-account.ts";
import { checkCode, driftOf, driftSentence, recordProof } from "../vault/proofs.ts";
import type { World } from "../world.ts";

export interface VerifyOptions {
  device: string;
  kind?: string;
  json?: boolean;
}

const LONGEST_INPUT = 1000;

export function registerVerify(program: Command, ctx: World): void {
  program
    .command("verify")
    .description("confirm that a device holds an account, by the code it shows now")
    .argument("<account>", "name, id, or part of name, issuer or label")
    .argument("[code]", "the code; else it is read from stdin, or asked for")
    .requiredOption("--device <name>", "the device that shows it; a new one is made")
    .option("--kind <kind>", "what a new device is: phone, tablet, computer, hardware, paper or backup")
    .option("--json", "print the result as JSON")
    .action((query: string, code: string | undefined, options: VerifyOptions) =>
      verify(query, code, options, ctx),
    );
  examples(
    program,
    "verify",
    "twinseed verify aws-root --device phone  # asks for the code it shows",
    "twinseed verify aws-root 492039 --device tablet --kind tablet",
  );
}

/** Exit 1 where the code is wrong; nothing is changed then. */
export async function verify(
  query: string,
  given: string | undefined,
  options: VerifyOptions,
  ctx: World,
): Promise<void> {
  const account = await findAccount(ctx.ledger.accounts(), query);
  const kind = options.kind === undefined ? undefined : parseKind(options.kind);
  const terminal = ctx.terminal();
  const enrolment = await openAccount(account, ctx);
  const code = given ?? (await askedCode(options.device, ctx));
  const check = await checkCode(account, enrolment, code, options.device, ctx);
  if (!check.right) {
    const message = `that is not the code of ${quoted(account.name)}; nothing was changed`;
    throw new UserError(message, ExitCode.failed, check.reasons);
  }
  const device = await namedDevice(
    options.device,
    kind,
    terminal && ((question) => terminal.ask(question)),
    ctx,
  );
  await recordProof(account, device, check.proof, ctx);
  const driftSeconds = driftOf(check.proof);
  note(ctx, `${quoted(device.name)} is confirmed: it holds ${quoted(account.name)}`);
  const drift = driftSentence(device, driftSeconds, account);
  if (drift !== undefined) warn(ctx, drift);
  if (options.json) {
    const result = {
      version: 1,
      status: "confirmed",
      account: accountJson(account),
      device: device.name,
      driftSeconds,
    };
    ctx.stdout.write(`${printableJson(result)}\n`);
  }
}

/** From stdin if something is piped into it, else from the person. */
async function askedCode(device: string, ctx: World): Promise<string> {
  const terminal = ctx.terminal();
  const piped = ctx.stdin.isTTY
    ? ""
    : Buffer.from(await ctx.stdin.readAll(LONGEST_INPUT))
        .toString()
        .trim();
  if (piped !== "") return piped;
  if (terminal === undefined)
    throw usageError("no code, and no terminal to ask on", "give it as an argument or on stdin");
  return terminal.ask(`Code that ${quoted(device)} shows: `);
}
