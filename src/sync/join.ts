/** `sync --join`: a new computer gets the store, and the line with which a member adds it. */
import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { isName } from "../members/entry.ts";
import { formatMemberLine } from "../members/member-line.ts";
import { ownSigner } from "../members/signing-key.ts";
import type { Needs } from "../world.ts";
import { makeWorkTree, requirePlain, requireSameRemote, setRemote } from "./initialize.ts";
import { defaultName, nameError } from "./member-name.ts";
import { contentAt, filesOfRemote } from "./remote-files.ts";
import { urlOf } from "./repository.ts";
import type { ShareNeeds } from "./share.ts";

export type JoinNeeds = ShareNeeds & Needs<"env" | "stateFolder">;

export interface Joining {
  /** To be sent to a member. */
  readonly line: string;
  readonly name: string;
  /** Whether the list has this computer already. */
  readonly isMember: boolean;
}

/**
 * Makes the data folder a work tree of that repository, if there is a store in it. Nothing of it is taken in yet. Throws UserError,
 * and then nothing was made.
 */
export async function prepareJoining(url: string | undefined, needs: JoinNeeds): Promise<void> {
  const known = (await needs.workTree.isThere()) ? await urlOf(needs) : undefined;
  if (url === undefined && known === undefined)
    throw usageError("say which repository to join", "twinseed sync --join git@example.com:team/seeds.git");
  if (url === undefined) return;
  requirePlain(url);
  if (url === known) return;
  await requireSameRemote(url, needs);
  const { files } = (await contentAt(url, needs)) ?? { files: new Map() };
  if ((await needs.sharedKeys.view([files]))?.newest === undefined) throw noListError();
  await makeWorkTree(needs);
  await setRemote(url, needs);
}

function noListError(): UserError {
  return new UserError("the repository holds no list of members to join", ExitCode.failed, [
    "on the computer that has the seeds: twinseed sync --init URL",
  ]);
}

/** Makes this computer's keys for the store, if it has none. Throws UserError (exit 6) if there is no safe place for them. */
export async function joiningLine(wanted: string | undefined, needs: JoinNeeds): Promise<Joining> {
  const files = await filesOfRemote(needs);
  const view = await needs.sharedKeys.view([files]);
  const newest = view?.newest;
  if (newest === undefined) throw noListError();
  const { store, members } = newest.entry;
  // What opens the store with a passphrase or a raw key needs no identity of its own.
  const isOpen = (await view?.opens()) !== undefined;
  const recipient = await needs.sharedKeys.identity(store, isOpen ? "silent" : "any");
  const reader = members.find((one) => one.signer === undefined && one.recipient === recipient);
  const known = view?.me ?? (recipient === undefined ? undefined : reader?.name);
  const name = known ?? wanted ?? defaultName(needs);
  if (!isName(name)) throw nameError();
  const { signer } = ownSigner(await needs.stateFolder(), store);
  const line = formatMemberLine({ name, ...(recipient === undefined ? {} : { recipient }), signer });
  return { line, name, isMember: known !== undefined };
}
