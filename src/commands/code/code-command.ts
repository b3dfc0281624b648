/** The command line of `code`. Separate from code.ts, which scripts load all day and which needs none of this. */

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
    .description("print the current code of an account; with no argument, of all accounts")
    .argument(
      "[account]",
      'name, id, or part of a name, issuer or label; "-": an otpauth URI or a key on stdin',
    )
    .option("--next", "print the code after the current one")
    .option("--pair", "print two consecutive codes, as AWS asks for")
    .option("--min-remaining <seconds>", "wait for the next code if the current one has less time left")
    .option(
      "--at <time>",
      "print the code for another time: seconds since 1970, or ISO 8601 (UTC if it has no offset)",
    )
    .option(
      "--once",
      "print a code that no one else gets: reserves it first, and waits for the next one if it is taken",
    )
    .option("--no-wait", "with --once: exit 7 instead of waiting")
    .option("--max-wait <seconds>", "with --once: exit 7 instead of waiting longer")
    .option("--lease <url>", "with --once: where all computers reserve codes, or none (see docs/ci.md)")
    .option("--env", "read the seed from TWINSEED_URI (an otpauth URI); opens no store, writes nothing")
    .option("--copy", `copy it to the clipboard instead, which is cleared after ${CLEAR_CLIPBOARD_AFTER} s`)
    .option(
      "--mask",
      "first write GitHub's ::add-mask:: lines to stderr, so that the job's log hides the code",
    )
    .option("--json", "print as JSON, with times and the next code")
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
    "twinseed code deploy --once --min-remaining 10  # no other process gets it",
    "twinseed code --env --once --lease git+https://git.example.org/codes.git",
  );
}

function checkOptions(query: string | undefined, options: CodeOptions): void {
  const { next, pair, at, once, env, copy, mask, json, minRemaining, maxWait, lease } = options;
  if (next && pair) throw usageError("--next and --pair can't be combined");
  if (once && (next || at !== undefined))
    throw usageError("--once works only for the current time: no --next, no --at");
  if (at !== undefined && minRemaining !== undefined)
    throw usageError("--at and --min-remaining can't be combined");
  if (copy && (json || pair || mask))
    throw usageError("--copy copies a single code: no --json, no --pair, no --mask");
  const noWait = options.wait === false;
  if (!once && (noWait || maxWait !== undefined || lease !== undefined))
    throw usageError("--no-wait, --max-wait and --lease need --once");
  if (noWait && maxWait !== undefined) throw usageError("--no-wait and --max-wait can't be combined");
  if (env && query !== undefined)
    throw usageError("--env reads the account from TWINSEED_URI: leave out the name");
  if (query === undefined && !env && (copy || pair || next || once || mask || minRemaining !== undefined))
    throw usageError("--copy, --pair, --next, --once, --mask and --min-remaining need an account");
}
