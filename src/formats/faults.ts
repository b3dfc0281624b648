/** Why a file of a known format can't be opened: the passphrase is wrong, or the file as a whole is unreadable. */
import { ExitCode, UserError } from "../base/errors.ts";

/** Asks for the file's passphrase; called only if the file requires one. If it is wrong, the caller throws WrongPassphrase. */
export type AskPassphrase = () => Promise<string>;

export class WrongPassphrase extends UserError {
  constructor(message = "wrong password, or the file is damaged", hints: readonly string[] = []) {
    super(message, ExitCode.unreadable, hints);
  }
}

/** The file has this format, but as a whole can't be read. `what` completes "this Aegis file …". */
export function unreadable(name: string, what: string, ...hints: string[]): UserError {
  return new UserError(`this ${name} file ${what}`, ExitCode.unreadable, hints);
}
