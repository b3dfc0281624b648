/** The line that a new computer prints and a member adds: `twinseed-member 1 NAME RECIPIENT SIGNER CHECK`. Pure. */
import { ExitCode, UserError } from "../base/errors.ts";
import { sha256 } from "../base/node-crypto.ts";
import { isName, isRecipient, isSigner, type Member } from "./entry.ts";

export type MemberLine = Pick<Member, "name" | "recipient" | "signer">;

const START = "twinseed-member 1";
/** "-" stands for "none". */
const NONE = "-";
const CHECK = 8;

export function formatMemberLine({ name, recipient = NONE, signer = NONE }: MemberLine): string {
  const text = `${START} ${name} ${recipient} ${signer}`;
  return `${text} ${sha256(text).slice(0, CHECK)}`;
}

export function isMemberLine(text: string): boolean {
  return text.trimStart().startsWith("twinseed-member ");
}

/** Throws UserError (exit 5) for a line that is not complete. It may have been wrapped on its way. */
export function parseMemberLine(text: string): MemberLine {
  const words = text.trim().split(/\s+/);
  const check = words.at(-1) ?? "";
  const line = words.slice(0, -1).join(" ");
  const [, version, name, recipient, ...key] = words.slice(0, -1);
  const signer = key.join(" ");
  if (version !== "1") throw fault("it was printed by another version of twinseed");
  if (check !== sha256(line).slice(0, CHECK)) throw fault("a character is missing or wrong");
  if (!isName(name) || !(recipient === NONE || isRecipient(recipient))) throw fault("it names no member");
  if (!(signer === NONE || isSigner(signer))) throw fault("it names no member");
  return {
    name,
    ...(recipient === NONE ? {} : { recipient }),
    ...(signer === NONE ? {} : { signer }),
  };
}

function fault(why: string): UserError {
  return new UserError(`the line of the new member can't be used: ${why}`, ExitCode.unreadable, [
    "copy the whole line that twinseed sync --join printed, in quotes",
  ]);
}
