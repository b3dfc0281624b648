/** `verify`: a device proves that it holds a seed, with the code it shows now. */

import type { Command } from "commander";
import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { TEXT_LIMITS } from "../base/limits.ts";
import { printableJson } from "../base/printable.ts";
import { looksSame } from "../base/visible-text.ts";
import type { Account } from "../ledger/account.ts";
import { looksLikeCode } from "../ledger/device-names.ts";
import { findAccount } from "../ledger/find.ts";
import type { Terminal } from "../ports/terminal.ts";
import { examples } from "../talk/examples.ts";
import { accountJson } from "../talk/json.ts";
import { note, quoted, warn } from "../talk/say.ts";
import { namedDevice, parseKind } from "../vault/named-device.ts";
import { openAccount } from "../vault/open-account.ts";
import { checkCode, driftOf, driftSentence, recordProof } from "../vault/proofs.ts";
import type { Needs, World } from "../world.ts";

type VerifyNeeds = Needs<
  | "stdin"
  | "stdout"
  | "stderr"
  | "terminal"
  | "computer"
  | "stateFolder"
  | "clock"
  | "random"
  | "ledger"
  | "seeds"
>;

export interface VerifyOptions {
  device?: string;
  kind?: string;
  json?: boolean;
}

export function registerVerify(program: Command, world: World): void {
  program
    .command("verify")
    .description("confirm that a device holds an account, with the code it shows now")
    .argument("<account>", "name, id, or part of a name, issuer or label")
    .argument("[code]", "the code (default: read it from stdin, or prompt)")
    .option("--device <name>", "the device that shows the code; added if it is new (on a terminal, prompts)")
    .option("--kind <kind>", "kind of a new device: phone, tablet, computer, hardware, paper or backup")
    .option("--json", "print the result as JSON")
    .action((query: string, code: string | undefined, options: VerifyOptions) =>
      verify(query, code, options, world),
    );
  examples(
    program,
    "verify",
    "twinseed verify aws-root --device phone  # asks for the code it shows",
    "twinseed verify aws-root 492039 --device tablet --kind tablet",
  );
}

/** Throws UserError (exit 1) if the code is wrong, and changes nothing then. */
export async function verify(
  query: string,
  given: string | undefined,
  options: VerifyOptions,
  needs: VerifyNeeds,
): Promise<void> {
  const terminal = needs.terminal();
  if (options.device === undefined && terminal === undefined)
    throw usageError(
      "no device, and no terminal to ask on",
      "name the one that shows the code: --device NAME",
    );
  const account = await find(query, needs);
  const kind = options.kind === undefined ? undefined : parseKind(options.kind);
  const enrollment = await openAccount(account, needs);
  const named = options.device ?? (terminal === undefined ? "" : await askName(terminal));
  const code = given ?? (await readCode(named, needs));
  const check = await checkCode(account, enrollment, code, named, needs);
  if (!check.right) {
    const message = `that is not the code of ${quoted(account.name)}; nothing was changed`;
    throw new UserError(message, ExitCode.failed, check.reasons);
  }
  const device = await namedDevice(named, kind, terminal && ((question) => terminal.ask(question)), needs);
  await recordProof(account, device, check.proof, needs);
  const driftSeconds = driftOf(check.proof);
  note(needs, `${quoted(device.name)} is confirmed: it holds ${quoted(account.name)}`);
  const drift = driftSentence(device, driftSeconds, account);
  if (drift !== undefined) warn(needs, drift);
  if (options.json) {
    const result = {
      version: 1,
      status: "confirmed",
      account: accountJson(account),
      device: device.name,
      driftSeconds,
    };
    needs.stdout.write(`${printableJson(result)}\n`);
  }
}

/** An account that was removed is not unknown. */
async function find(query: string, { ledger }: Needs<"ledger">): Promise<Account> {
  try {
    return await findAccount(ledger.accounts(), query, ledger);
  } catch (error) {
    const old = ledger.removed().find((one) => looksSame(one.name, query) || one.id === query);
    if (!(error instanceof UserError) || error.exitCode !== ExitCode.notFound || old === undefined)
      throw error;
    const removed = `${quoted(old.name)} was removed on ${(old.removedAt ?? "").slice(0, 10)}`;
    throw new UserError(error.message, error.exitCode, [
      ...error.hints,
      `${removed}; to bring it back: twinseed restore ${old.id}`,
    ]);
  }
}

async function askName(terminal: Terminal): Promise<string> {
  for (let prefix = ""; ; prefix = "That is a code, not a name. ") {
    const name = await terminal.ask(`${prefix}Name of the device that shows the code: `);
    if (name !== "" && !looksLikeCode(name)) return name;
  }
}

/** Reads stdin if something is piped into it; prompts otherwise. */
async function readCode(device: string, needs: Needs<"stdin" | "terminal">): Promise<string> {
  const terminal = needs.terminal();
  const piped = needs.stdin.isTTY
    ? ""
    : Buffer.from(await needs.stdin.readAll(TEXT_LIMITS.codeBytes))
        .toString()
        .trim();
  if (piped !== "") return piped;
  if (terminal === undefined)
    throw usageError("no code, and no terminal to ask on", "pass it as an argument or on stdin");
  return terminal.ask(`Code that ${quoted(device)} shows: `);
}
