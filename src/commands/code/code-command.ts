/** The command line of `code`. Apart from code.ts, which scripts load all day and which needs none of this. */

import type { Command } from "commander";
import { usageError } from "../../base/errors.ts";
import { CLEAR_CLIPBOARD_AFTER } from "../../talk/copied-code.ts";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { CodeOptions } from "./answer.ts";
import { code } from "./code.ts";

export function registerCode(program: Command, world: World): void {
  program
    .command("code")
    .description("print the current code of an account, or of all accounts")
    .argument(
      "[account]",
      'name, id, or part of name, issuer or label; "-": an otpauth URI or a key on stdin',
    )
    .option("--next", "the code after the current one")
    .option("--pair", "two consecutive codes, as AWS asks for")
    .option("--min-remaining <seconds>", "wait for the next code if this one has less time left")
    .option("--at <time>", "the code at another time: seconds since 1970 or ISO 8601")
    .option("--once", "a code that nobody else gets: reserved before it is printed; waits for the next one")
    .option("--no-wait", "with --once: exit 7 instead of waiting")
    .option("--max-wait <seconds>", "with --once: exit 7 instead of waiting longer")
    .option("--lease <url>", "with --once: where to reserve it among all computers, or none (see docs/ci.md)")
    .option("--env", "take the seed from TWINSEED_URI (an otpauth URI): no store, nothing is written")
    .option("--copy", `copy it to the clipboard instead, cleared after ${CLEAR_CLIPBOARD_AFTER} s`)
    .option(
      "--mask",
      "write GitHub's ::add-mask:: lines to stderr first, so that the job's log hides the code",
    )
    .option("--json", "with times, and the next code")
    .action(async (query: string | undefined, options: CodeOptions) => {
      checkOptions(query, options);
      if (!options.env && query !== "-") return code(query, options, world);
      const { headlessCode } = await import("./headless.ts");
      return headlessCode(options, world);
    });
  examples(
    program,
    "code",
    "twinseed code aws-root",
    "twinseed code aws-root --pair  # two in a row, as AWS asks for",
    "twinseed code deploy --once --min-remaining 10  # no other process on this computer gets this code",
    "twinseed code --env --once --lease git+https://git.example.org/codes.git  # nor any other job",
  );
}

function checkOptions(query: string | undefined, options: CodeOptions): void {
  const { next, pair, at, once, env, copy, mask, json, minRemaining, maxWait, lease } = options;
  if (next && pair) throw usageError("--next and --pair exclude each other");
  if (once && (next || at !== undefined))
    throw usageError("--once takes the time as it is: no --next, no --at");
  if (at !== undefined && minRemaining !== undefined)
    throw usageError("--at and --min-remaining exclude each other");
  if (copy && (json || pair || mask))
    throw usageError("--copy takes one code: no --json, no --pair, no --mask");
  const noWait = options.wait === false;
  if (!once && (noWait || maxWait !== undefined || lease !== undefined))
    throw usageError("--no-wait, --max-wait and --lease go with --once");
  if (noWait && maxWait !== undefined) throw usageError("--no-wait and --max-wait exclude each other");
  if (env && query !== undefined) throw usageError("--env takes the account from TWINSEED_URI: no name");
  if (query === undefined && !env && (copy || pair || next || once || mask || minRemaining !== undefined))
    throw usageError("--copy, --pair, --next, --once, --mask and --min-remaining need an account");
}
