/** Why a file of a known format does not open: the passphrase is wrong, or the file as a whole can't be read. */
import { ExitCode, UserError } from "../base/errors.ts";

/** Asks for what opens the file; only called where one is needed. A wrong one is answered by throwing WrongPassphrase. */
export type AskPassphrase = () => Promise<string>;

export class WrongPassphrase extends UserError {
  constructor(message = "wrong password, or the file is damaged", hints: readonly string[] = []) {
    super(message, ExitCode.unreadable, hints);
  }
}

/** The file is of this format, and as a whole can't be read. `what` completes "this Aegis file …". */
export function unreadable(name: string, what: string, ...hints: string[]): UserError {
  return new UserError(`this ${name} file ${what}`, ExitCode.unreadable, hints);
}
