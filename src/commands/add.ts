/** `add`: enrolls accounts from pictures, clipboard, screen, stdin, a URI or a typed key. The work is in src/intake. */
import type { Command } from "commander";
import { type AddOptions, addAccounts } from "../intake/add-accounts.ts";
import { examples } from "../talk/examples.ts";
import type { World } from "../world.ts";

export function registerAdd(program: Command, world: World): void {
  program
    .command("add")
    .description("enroll an account from a screenshot of its QR code, an otpauth URI, or a typed key")
    .argument(
      "[source...]",
      'picture files, or "-" for stdin (a picture, a key, or any text with URIs); with none, prompts for a key or URI',
    )
    .option("--clipboard", "read the picture, URI or key from the clipboard")
    .option(
      "--screen [area]",
      'read it from the screen: "region" (drag over it; the default on a terminal) or "full"',
    )
    .option("--name <name>", "name for the account (default: issuer:label)")
    .option("--issuer <issuer>", "the service, if the source omits it or has it wrong")
    .option("--label <label>", "the login there, if the source omits it or has it wrong")
    .option("--encoding <encoding>", "how the key is written: base32, hex or base64 (default: detected)")
    .option("--type <type>", "totp, hotp or steam")
    .option("--algorithm <algorithm>", "SHA1, SHA256 or SHA512")
    .option("--digits <digits>", "5 to 10")
    .option("--period <seconds>", "how long each code is valid")
    .option("--counter <counter>", "next counter value (hotp)")
    .option("--replace", "replace the account of the same name, which moves to removed/")
    .option("--force-old", "accept a seed that was replaced before: the service uses the old one again")
    .option("--allow-missing", "go on even if the store opens none of the seeds enrolled so far")
    .option("--all", "enroll every otpauth code in a picture or text that has several")
    .option(
      "--delete-image",
      "delete the picture files once their seeds are stored (on a terminal, it asks anyway)",
    )
    .option("--dry-run", "show what would happen; write nothing")
    .option("--json", "print what was added as JSON")
    .action((sources: string[], options: AddOptions) => addAccounts(sources, options, world));
  examples(
    program,
    "add",
    "twinseed add screenshot.png --name aws-root",
    "twinseed add --screen  # drag over the QR code",
    "twinseed add - < note.txt  # a key, or any text with otpauth URIs in it",
    "twinseed add  # prompts for a key or URI; input is hidden",
  );
}
