/** `add`: enrolls accounts from pictures, clipboard, screen, stdin, a URI or a typed key. The work is intake's. */
import type { Command } from "commander";
import { type AddOptions, addAccounts } from "../intake/add-accounts.ts";
import { examples } from "../talk/examples.ts";
import type { World } from "../world.ts";

export function registerAdd(program: Command, world: World): void {
  program
    .command("add")
    .description(
      "enroll an account: from a screenshot of its QR code, an otpauth URI, or a key that you type",
    )
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
    .option("--all", "enroll every otpauth code of a picture that holds several")
    .option(
      "--delete-image",
      "delete the picture files once their seeds are stored (a person is asked anyway)",
    )
    .option("--dry-run", "say what would happen, write nothing")
    .option("--json", "print what was added as JSON")
    .action((sources: string[], options: AddOptions) => addAccounts(sources, options, world));
  examples(
    program,
    "add",
    "twinseed add screenshot.png --name aws-root",
    "twinseed add --screen  # drag over the QR code",
    "twinseed add - < uris.txt  # otpauth URIs, one a line",
    "twinseed add  # asks for a key or URI, without showing it",
  );
}
