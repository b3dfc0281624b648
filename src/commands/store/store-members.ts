/** `store members`: who may open and write a shared file store. Each change is shared at once, or does not happen. */

import { checkRecipient } from "../../backup/age-keys.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { sha256 } from "../../base/node-crypto.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { isName, type Member } from "../../members/entry.ts";
import {
  formatMemberLine,
  isMemberLine,
  type MemberLine,
  parseMemberLine,
} from "../../members/member-line.ts";
import { wordsOf } from "../../members/words.ts";
import { changeList } from "../../sync/change-list.ts";
import { beginList, hasNoList } from "../../sync/first-member.ts";
import { defaultName, nameError } from "../../sync/member-name.ts";
import { membersCalled, removeMembers } from "../../sync/remove-members.ts";
import { type ChangeNeeds, requireFileStore, sayChange, sayRemoval } from "../../sync/say-change.ts";
import { columnsOf } from "../../talk/columns.ts";
import { requireYes } from "../../talk/require-yes.ts";
import { count, note, pasteableName, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

type MembersNeeds = ChangeNeeds & Needs<"stdout" | "terminal" | "env" | "seeds">;

export interface AddOptions {
  name?: string;
  yes?: boolean;
}

export interface RemoveOptions {
  dropKeys?: boolean;
}

/** Needs no key. */
export async function list(
  options: { json?: boolean },
  needs: Needs<"stdout" | "stderr" | "workTree" | "sharedKeys">,
): Promise<void> {
  const view = await needs.sharedKeys.view();
  for (const fault of view?.faults ?? []) warn(needs, fault);
  if (view !== undefined && view.standing.stop !== undefined) warn(needs, (await view.undecided()).message);
  const members = view?.newest?.entry.members ?? [];
  const rows = members.map(({ name, recipient = null, signer = null }) => ({
    name,
    recipient,
    signer,
    thisComputer: name === view?.me,
  }));
  if (options.json) {
    needs.stdout.write(`${printableJson(rows)}\n`);
    return;
  }
  const width = Math.max(0, ...rows.map(({ name }) => columnsOf(name)));
  for (const { name, recipient, signer, thisComputer } of rows) {
    const what = signer === null ? "reads" : "reads and writes";
    const marks = [
      what,
      ...(thisComputer ? ["this computer"] : []),
      ...(recipient === null ? [] : [recipient]),
    ];
    needs.stdout.write(
      `${name}${" ".repeat(width - columnsOf(name))}  ${printable(marks.join("  "), 200)}\n`,
    );
  }
  if (rows.length > 0) return;
  const isJoining = await needs.workTree.isThere();
  const step = isJoining ? "fetch it with: twinseed sync --join" : "begin sharing with: twinseed sync --init";
  note(needs, `there is no list of members here; ${step}`);
}

export async function add(given: string, options: AddOptions, needs: MembersNeeds): Promise<void> {
  requireFileStore(needs);
  const wanted = await memberGiven(given, options);
  if (isMemberLine(given)) await confirm(wanted, options, needs);
  await beginIfNeeded(needs);
  const view = await needs.sharedKeys.view();
  const before = view?.newest?.entry.members ?? [];
  if (before.some((one) => isSame(one, wanted))) {
    note(needs, `${quoted(wanted.name)} is already a member`);
    return sayReply(view?.newest?.hash ?? "", await urlHere(needs), needs);
  }
  const members = (now: readonly Member[]): MemberLine[] => [
    ...now.filter(({ name }) => name !== wanted.name),
    checked(wanted, now, options),
  ];
  const changed = await changeList(() => needs.sharedKeys.change({ members }, needs.clock.now()), needs);
  note(
    needs,
    `${quoted(wanted.name)} is a member now, and can ${wanted.signer === undefined ? "read" : "read and write"}`,
  );
  await sayChange(changed, needs);
  if (changed.entry !== undefined) await sayReply(changed.entry.hash, changed.url, needs);
}

export async function remove(query: string, options: RemoveOptions, needs: MembersNeeds): Promise<void> {
  requireFileStore(needs);
  const view = await needs.sharedKeys.view();
  const leaving = membersCalled(query, view?.newest?.entry.members ?? [], view?.me).map(({ name }) => name);
  const changed = await removeMembers(leaving, { drop: options.dropKeys ?? false }, needs);
  const readable = needs.ledger.accounts();
  note(needs, `removed ${leaving.map(quoted).join(", ")}: they can't open new seeds or changes`);
  sayRemoval(changed, needs);
  if (readable.length > 0) {
    note(
      needs,
      `get a new seed for ${count(readable.length, "account")} from the service, then: twinseed add --replace`,
    );
    for (const { name } of readable) note(needs, `  ${printable(name)}`);
    note(needs, "twinseed audit names each of them until it has a new seed");
  }
  await sayChange(changed, needs);
  if (changed.entry === undefined) return;
  note(
    needs,
    "let every other member paste this line, so that they hear of it whatever the repository shows them:",
  );
  needs.stdout.write(`twinseed store follow ${await wordsOf(changed.entry.hash)}\n`);
}

async function memberGiven(given: string, { name }: AddOptions): Promise<MemberLine> {
  const member = isMemberLine(given)
    ? parseMemberLine(given)
    : { name: name ?? "", recipient: await checkRecipient(given, "the recipient") };
  const called = name ?? member.name;
  if (called === "")
    throw usageError(
      "a member needs a name",
      "twinseed store members add age1… --name ci",
      "or add the line that twinseed sync --join printed",
    );
  if (!isName(called)) throw nameError();
  return { ...member, name: called };
}

/** The new one, unless it would take someone's place. Throws UserError. */
function checked(wanted: MemberLine, now: readonly Member[], { yes }: AddOptions): MemberLine {
  const lower = wanted.name.toLowerCase();
  const other = now.find(
    (one) =>
      one.name !== wanted.name &&
      (one.name.toLowerCase() === lower ||
        (one.recipient !== undefined && one.recipient === wanted.recipient) ||
        (one.signer !== undefined && one.signer === wanted.signer)),
  );
  if (other !== undefined)
    throw new UserError(`it is already a member, as ${quoted(other.name)}`, ExitCode.failed, [
      "nothing was changed",
    ]);
  const same = now.find(({ name }) => name === wanted.name);
  if (same === undefined || yes) return wanted;
  throw new UserError(`${quoted(wanted.name)} is a member already, with other keys`, ExitCode.failed, [
    `remove the old one first: twinseed store members remove ${pasteableName(wanted.name)}`,
    "or add the new one under another name: --name NAME/COMPUTER",
  ]);
}

async function confirm(
  member: MemberLine,
  { yes }: AddOptions,
  needs: Needs<"terminal" | "stderr">,
): Promise<void> {
  const words = (await wordsOf(sha256(formatMemberLine(member)))).split("-").slice(0, 4).join("-");
  note(needs, `the new member calls itself ${quoted(member.name)}; the words of its line: ${words}`);
  if (yes) return;
  const question = `Let ${quoted(member.name)} open every seed in this store?`;
  await requireYes(question, { what: "store members add", unchanged: "nothing was changed" }, needs);
}

/** A store that was never shared has no list. */
async function beginIfNeeded(needs: MembersNeeds): Promise<void> {
  if (!hasNoList(await needs.sharedKeys.view())) return;
  await beginList(defaultName(needs), needs);
}

/** The line to send back to the new member, which tells their computer which list is right. */
async function sayReply(
  hash: string,
  url: string | undefined,
  needs: Needs<"stdout" | "stderr">,
): Promise<void> {
  const words = await wordsOf(hash);
  note(needs, "send them this line:");
  const line =
    url === undefined
      ? `twinseed store follow ${words}`
      : `twinseed sync --join ${pasteableName(url, "URL")} --words ${words}`;
  needs.stdout.write(`${line}\n`);
}

async function urlHere(needs: MembersNeeds): Promise<string | undefined> {
  const { urlOf } = await import("../../sync/repository.ts");
  return (await needs.workTree.isThere()) ? urlOf(needs) : undefined;
}

function isSame(one: Member, wanted: MemberLine): boolean {
  return one.name === wanted.name && one.recipient === wanted.recipient && one.signer === wanted.signer;
}
