/** `uri`: the otpauth URI of an account, which holds its seed in plain text. */

import type { Command } from "commander";
import { findAccount } from "../ledger/find.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { examples } from "../talk/examples.ts";
import { quoted, warn } from "../talk/say.ts";
import { openAccount } from "../vault/open-account.ts";
import type { Needs, World } from "../world.ts";

type UriNeeds = Needs<"stdout" | "stderr" | "stateFolder" | "ledger" | "seeds">;

export function registerUri(program: Command, world: World): void {
  program
    .command("uri")
    .description("print the otpauth URI of an account, which holds its seed")
    .argument("<account>", "name, id, or part of a name, issuer or label")
    .action((query: string) => uri(query, world));
  examples(program, "uri", "twinseed uri aws-root", "twinseed uri aws-root | ssh server twinseed add -");
}

export async function uri(query: string, needs: UriNeeds): Promise<void> {
  const account = await findAccount(needs.ledger.accounts(), query, needs.ledger);
  needs.stdout.write(`${formatOtpauthUri(await openAccount(account, needs))}\n`);
  warn(needs, `wrote the seed of ${quoted(account.name)} to stdout: anyone who reads it can make its codes`);
}
