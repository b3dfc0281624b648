/** `sync`: shares the file store, begins sharing it, or joins others who do; and says what came and went. */
import { asUserError, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { sha256 } from "../../base/node-crypto.ts";
import { printableJson } from "../../base/printable.ts";
import { type AccountChange, type Accounts, accountChanges } from "../../ledger/account-changes.ts";
import { isName } from "../../members/entry.ts";
import { wordsOf } from "../../members/words.ts";
import type { Removal } from "../../seeds/file/list-view.ts";
import { cloudServiceOf } from "../../sync/cloud-folder.ts";
import { follow } from "../../sync/follow.ts";
import { type InitializeNeeds, initialize } from "../../sync/initialize.ts";
import { joiningLine, prepareJoining } from "../../sync/join.ts";
import { nameError } from "../../sync/member-name.ts";
import { noteComputers } from "../../sync/note-computer.ts";
import { commitOf } from "../../sync/repository.ts";
import { type Shared, type ShareNeeds, share } from "../../sync/share.ts";
import { requireShareable } from "../../sync/shareable.ts";
import { accountJson } from "../../talk/json.ts";
import { count, note, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { changeLines, summary } from "./change-lines.ts";
import { deviceLines } from "./device-lines.ts";
import { removeForeignFiles } from "./foreign-files.ts";

type RunSyncNeeds = ShareNeeds & InitializeNeeds & Needs<"stdout" | "terminal" | "stateFolder">;

export interface SyncOptions {
  /** true: without an address. */
  init?: string | true;
  join?: string | true;
  name?: string;
  words?: string;
  replace?: boolean;
  json?: boolean;
}

/** Throws UserError: exit 1 if the data folder is not a work tree, or git fails; exit 9 if a person must decide. */
export async function sync(options: SyncOptions, needs: RunSyncNeeds): Promise<void> {
  const { init, join: joining, words, name } = options;
  if (name !== undefined && !isName(name)) throw nameError();
  if (init !== undefined && joining !== undefined) throw usageError("use --init or --join, not both");
  if (words !== undefined && joining === undefined)
    throw usageError("--words belongs to --join", "to change what counts here: twinseed store follow WORDS");
  if (await needs.workTree.isThere()) await removeForeignFiles(needs);
  requireShareable(needs);
  if (init !== undefined) await initialize(init === true ? undefined : init, options.name, needs);
  if (joining !== undefined && !(await join(joining === true ? undefined : joining, options, needs))) return;
  const service = cloudServiceOf(needs.folder.path);
  if (service !== undefined)
    warn(
      needs,
      `the data folder is in ${service}, and what that writes there is pushed as your own: move the folder, and set TWINSEED_HOME`,
    );
  const before = accountsNow(needs);
  const devices = needs.ledger.devices();
  const shared = await shareAll(options, needs);
  const removal = (await needs.sharedKeys.view())?.removal;
  const came = new Set(shared.came);
  // Other processes here may have changed accounts meanwhile.
  const changes = accountChanges(before, accountsNow(needs)).filter(({ account: { id } }) =>
    ["accounts", "removed"].some((where) => came.has(`${where}/${id}.json`)),
  );
  report(options, shared, changes, removal, needs);
  if (came.has("devices.json"))
    for (const line of deviceLines(devices, needs.ledger.devices())) warn(needs, line);
  if (shared.refusal !== undefined) throw shared.refusal;
}

function accountsNow({ ledger }: Needs<"ledger">): Accounts {
  return { accounts: ledger.accounts(), removed: ledger.removed() };
}

/** Takes in what the others have; and writes to the ledger what that says about this computer, and shares it, too. */
async function shareAll(options: SyncOptions, needs: RunSyncNeeds): Promise<Shared> {
  const { replace = false } = options;
  const known = await newestList(needs);
  const named = new Set<string>();
  // Before anything was taken in, the data folder may hold part of it: a change would make it look like another store.
  const isFirst = (await needs.workTree.isThere()) && (await commitOf("HEAD", needs)) === undefined;
  if (!isFirst) await noteComputers(undefined, needs, named);
  const first = await shareUnlocked(() => share(needs, { replace }), needs);
  // What opens here is proved, and where a passphrase seals this computer's identity nothing else would open it now.
  if (options.join !== undefined && !(await isOpen(needs)) && needs.terminal() !== undefined)
    await needs.sharedKeys.unlock();
  if (first.refusal !== undefined || (first.came.length === 0 && !isFirst)) return first;
  if (!(await noteComputers(known, needs, named))) return first;
  const second = await share(needs);
  return {
    ...second,
    came: [...new Set([...first.came, ...second.came])],
    notes: [...new Set([...first.notes, ...second.notes])],
    pushed: first.pushed || second.pushed,
  };
}

/** At a terminal, asks for what opens the store where the list of members can't be checked without; and tries again, once. */
async function shareUnlocked(sharing: () => Promise<Shared>, needs: RunSyncNeeds): Promise<Shared> {
  try {
    return await sharing();
  } catch (error) {
    if (asUserError(error).exitCode !== ExitCode.locked || needs.terminal() === undefined) throw error;
    await needs.sharedKeys.unlock();
    return sharing();
  }
}

async function isOpen({ sharedKeys }: Needs<"sharedKeys">): Promise<boolean> {
  return (await (await sharedKeys.view())?.opens()) !== undefined;
}

/** The number of the newest entry of the list of members; undefined if there is none yet. */
async function newestList({ sharedKeys }: Needs<"sharedKeys">): Promise<number | undefined> {
  return (await sharedKeys.view())?.newest?.entry.number;
}

/** Returns whether the store can be shared from here now. */
async function join(url: string | undefined, options: SyncOptions, needs: RunSyncNeeds): Promise<boolean> {
  await prepareJoining(url, needs);
  if (options.words !== undefined) {
    const { outcome } = await follow(options.words, needs);
    if (outcome === "awaited")
      throw new UserError(
        "the list of members with these words is not in the repository",
        ExitCode.undecided,
        [
          "compare the words with those that the other member sees: twinseed store",
          "nothing is sealed or pushed until it arrives",
        ],
      );
    const { isMember, name } = await joiningLine(options.name, needs);
    if (isMember) note(needs, `joined as ${name}`);
    if (isMember) return true;
  }
  const { line, isMember, name } = await joiningLine(options.name, needs);
  if (isMember) note(needs, `this computer is a member already: ${name}`);
  const words = (await wordsOf(sha256(line))).split("-").slice(0, 4).join("-");
  note(
    needs,
    `send this line to a member, who adds it with: twinseed store members add 'LINE' (its words: ${words})`,
  );
  needs.stdout.write(`${line}\n`);
  return false;
}

function report(
  options: SyncOptions,
  { came, notes, pushed, url, waiting, refusal, onlyReads }: Shared,
  changes: readonly AccountChange[],
  removal: Removal | undefined,
  needs: Needs<"stdout" | "stderr">,
): void {
  for (const text of notes) warn(needs, text);
  const pulled = came.length === 0 ? "nothing new to pull" : summary(changes);
  const where = url === undefined ? "no remote to share it with: git remote add origin URL" : "";
  const isUpToDate = came.length === 0 && !pushed && url !== undefined;
  if (refusal === undefined)
    note(
      needs,
      isUpToDate
        ? "already up to date"
        : `${pulled}; ${where || (pushed ? "pushed local changes" : "nothing to push")}`,
    );
  for (const line of changeLines(changes)) note(needs, line);
  if (waiting > 0)
    warn(
      needs,
      `${count(waiting, "account is", "accounts are")} not shared yet: sealed with a data key that was replaced; seal again with: twinseed doctor --repair`,
    );
  if (removal !== undefined)
    warn(
      needs,
      `this computer, ${removal.name}, was removed from the store by ${removal.by} on ${removal.at.slice(0, 10)}: it gets no new seeds, and its own changes are not pushed; to join again: twinseed sync --join`,
    );
  else if (onlyReads)
    warn(
      needs,
      "this computer only reads: its own changes are not pushed, as the list of members has no signing key of it; let a member add it: twinseed sync --join",
    );
  if (came.some((name) => name.startsWith("members/")))
    note(needs, "the list of members has changed; see who can open the store with: twinseed store members");
  if (!options.json) return;
  const accounts = changes.map(({ what, account }) => ({ change: what, account: accountJson(account) }));
  const result = { version: 1, accounts, came: [...came].sort(), pushed, waiting, notes };
  needs.stdout.write(`${printableJson(result)}\n`);
}
