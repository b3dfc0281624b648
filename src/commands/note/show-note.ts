/** Shows what belongs to an account. The only command that prints it, apart from an export, a sheet or a backup that asks for it. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { codesOf, type NoteContent, textsOf, writtenOn } from "../../seeds/notes/note-content.ts";
import { accountJson } from "../../talk/json.ts";
import { pasteable, quoted, warn } from "../../talk/say.ts";
import { noteSummary } from "../../vault/change-note.ts";
import type { Needs } from "../../world.ts";

type ShowNeeds = Needs<"stdout" | "stderr" | "ledger" | "notes">;

/** Throws UserError (exit 3) if there is nothing. */
export async function showNote(account: Account, json: boolean, needs: ShowNeeds): Promise<void> {
  const found = await (await needs.notes()).read(account.id);
  if (found !== undefined && found.unopened === 0) await noteSummary(account, found.content, needs);
  const { content, unopened } = found ?? { content: undefined, unopened: 0 };
  const hasSome = content !== undefined && content.texts.length + content.codes.length > 0;
  if (!hasSome && unopened === 0) throw nothingKept(account, needs);
  const shown = json ? `${printableJson(jsonOf(account, content, unopened))}\n` : textOf(content);
  needs.stdout.write(shown);
  if (unopened > 0)
    warn(needs, `this may not be all: what another computer wrote here can't be opened with your key`);
  if (hasSome)
    warn(
      needs,
      `wrote the recovery codes and the note of ${quoted(account.name)} to stdout: they let anyone in who reads them`,
    );
}

function textOf(content: NoteContent | undefined): string {
  if (content === undefined) return "";
  const codes = codesOf(content);
  const unused = codes.filter(({ usedAt }) => usedAt === undefined);
  const texts = textsOf(content);
  const lines: string[] = [];
  if (codes.length > 0) {
    lines.push(`Recovery codes (${unused.length} of ${codes.length} unused):`);
    for (const { code, usedAt } of codes)
      lines.push(
        usedAt === undefined ? `  ${shownLine(code)}` : `  ${shownLine(code)}  (used ${usedAt.slice(0, 10)})`,
      );
  }
  for (const one of texts) {
    if (lines.length > 0) lines.push("");
    if (texts.length > 1) lines.push(`[${printable(writtenOn(one))}]`);
    lines.push(...one.text.split("\n").map(shownLine));
  }
  return `${lines.join("\n")}\n`;
}

/** Complete, with its indentation, and without what could steer a terminal. */
function shownLine(line: string): string {
  const spaced = line.replaceAll("\t", "  ");
  const [indentation = ""] = /^ */.exec(spaced) ?? [];
  return indentation + printable(spaced, Number.POSITIVE_INFINITY);
}

function jsonOf(account: Account, content: NoteContent | undefined, unopened: number) {
  const codes = content === undefined ? [] : codesOf(content);
  const texts = content === undefined ? [] : textsOf(content);
  return {
    version: 1,
    account: accountJson(account),
    codes: codes.map(({ code, usedAt = null }) => ({ code, usedAt })),
    texts: texts.map(({ text, by, at }) => ({ text, by, at })),
    unreadable: unopened,
  };
}

/** The codes of an account that was enrolled again stay with the seed that they came with. */
function nothingKept(account: Account, needs: Needs<"ledger">): UserError {
  const before = needs.ledger
    .removed()
    .find((one) => one.replacedBy === account.id && one.note !== undefined);
  return new UserError(`${quoted(account.name)} has no recovery codes and no note`, ExitCode.notFound, [
    ...(before === undefined ? [] : [`the account that it replaced has: twinseed note ${before.id}`]),
    `keep some: twinseed note ${pasteable(account)} --add-codes, or --edit`,
  ]);
}
