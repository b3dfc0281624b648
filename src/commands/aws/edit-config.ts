/** Reads and writes the AWS config file. */
import type { Section } from "../../aws/aws-config-file.ts";
import { ExitCode, UserError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import { printable } from "../../base/printable.ts";
import type { Needs } from "../../world.ts";

export type ConfigFileNeeds = Needs<"stdout" | "stderr" | "files" | "aws">;

export interface ConfigFile {
  readonly path: string;
  readonly exists: boolean;
  readonly text: string;
}

export async function readConfigFile(needs: Needs<"files" | "aws">): Promise<ConfigFile> {
  const path = (await needs.aws()).configPath();
  const exists = (await needs.files.kind(path)) !== "missing";
  return { path, exists, text: exists ? decoded(await needs.files.read(path, TEXT_LIMITS.bytes), path) : "" };
}

/** Throws UserError if the file has changed since it was read: an editor may have it open. */
export async function writeConfigFile(
  { path, exists, text }: ConfigFile,
  changed: string,
  needs: Needs<"files" | "aws">,
): Promise<void> {
  const now = await readConfigFile(needs);
  if (now.exists !== exists || now.text !== text)
    throw new UserError(
      `"${printable(path, 300)}" has changed meanwhile; nothing was written`,
      ExitCode.failed,
      ["run this again"],
    );
  await needs.files.write(path, changed, { replace: exists, keepMode: true });
}

/** Throws UserError for bytes that are not UTF-8: they would not come out as they went in. */
function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError(`"${printable(path, 300)}" is not UTF-8; nothing was changed`, ExitCode.unreadable);
  }
}

export function conflictError(where: string, key: string, wanted: Section): UserError {
  return new UserError(`${where} already has its own ${key} line; nothing was changed`, ExitCode.failed, [
    wanted.rivals.length > 0
      ? "choose another name for the new profile: --as NAME"
      : "if that line is wrong, change it by hand",
    "to print the lines instead, run the same command without --write",
  ]);
}
