/** What the list of members says about some files, and what this computer can do with them without a prompt. */
import { asUserError, ExitCode, UserError } from "../../base/errors.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import type { Standing } from "../../members/accept.ts";
import type { Member, ReadEntry } from "../../members/entry.ts";
import { type Signer, signerFor } from "../../members/signing-key.ts";
import { stopError } from "../../members/stop-error.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { isNoteFile, noteIdIn, openNote, parseNoteFile } from "../notes/note-file.ts";
import { resealNoteText } from "../notes/reseal-notes.ts";
import type { DataKey } from "./data-key.ts";
import { dataKeysIn } from "./data-keys.ts";
import { typedOpener } from "./file-store.ts";
import type { Opens } from "./merge-sealed.ts";
import { firstFormatError } from "./opener-errors.ts";
import { openerFromEnvironment } from "./openers.ts";
import { resealText } from "./reseal.ts";
import { opensWith } from "./sealed-file.ts";
import { KEYS_FOLDER, kindsOf, readSlots, slotsIn } from "./slots.ts";
import { type Here, remember, standingOf } from "./standing.ts";

type NamedTexts = readonly (readonly [name: string, text: string])[];

export interface View {
  readonly standing: Standing;
  readonly newest: ReadEntry | undefined;
  readonly faults: readonly string[];
  /** The name of this computer in the newest list. */
  readonly me: string | undefined;
  /** Who removed this computer, if it was a member; `name` is what it was called. */
  readonly removal: Removal | undefined;
  /** What this computer signs with, if it is in the newest list. */
  author(): Authorship | undefined;
  /** What is to be decided, as an error (exit 9). */
  undecided(): Promise<UserError>;
  /** What tells whether the file of a seed or a note opens; undefined if the store does not open without a prompt. */
  opens(): Promise<Opens | undefined>;
  /** Seals the texts of seeds' and notes' files with the current key; undefined where that can't be done now. */
  reseal(): Promise<((name: string, text: string) => string | undefined) | undefined>;
  remember(): Promise<void>;
}

export interface Removal {
  readonly name: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface Authorship {
  readonly author: Signer & { readonly name: string };
  readonly store: string;
  /** The number of the newest entry. */
  readonly list: number;
}

export async function viewOf(deps: SeedStoreDeps, files: NamedTexts | undefined): Promise<View | undefined> {
  let here = await standingOf(deps, new Map(), files);
  if (here === undefined && isFirstFormat(files ?? [])) throw firstFormatError();
  if (here === undefined) return undefined;
  let opened: Promise<ReadonlyMap<string, DataKey> | undefined> | undefined;
  const open = () => {
    opened ??= keysUnattended(deps, files);
    return opened;
  };
  if (here.standing.checked !== here.newest && here.standing.stop?.why !== "unknown") {
    const keys = await open();
    here = (keys && (await standingOf(deps, keys, files))) ?? here;
  }
  const { standing, newest, counting, faults } = here;
  const known = async () => {
    const keys = await open();
    return keys && new Map([...keys].filter(([id]) => counting.has(id)));
  };
  const mine = await authorOf(deps, here);
  return {
    standing,
    newest,
    faults,
    me: mine?.author.name,
    removal: mine === undefined ? await removalOf(deps, here) : undefined,
    author: () => mine,
    undecided: () => stopError(standing),
    async opens() {
      const keys = await known();
      // A listed key that this computer does not have says nothing about the seed: it may have been removed.
      return (
        keys &&
        ((name, text) =>
          isNoteFile(name)
            ? notesOpen(name, text, counting, keys)
            : opensWith(keys, name, text) || isForOthers(text, counting, keys))
      );
    },
    async reseal() {
      const keys = await known();
      const key = newest && standing.checked === newest ? keys?.get(newest.entry.key) : undefined;
      return (
        keys &&
        key &&
        ((name, text) => (isNoteFile(name) ? resealNoteText : resealText)(name, text, keys, key, deps.random))
      );
    },
    remember: () => remember(deps, here),
  };
}

function isFirstFormat(files: NamedTexts): boolean {
  const keyFiles = files.filter(([name]) => name.startsWith(`${KEYS_FOLDER}/`));
  return slotsIn(keyFiles.map(([name, text]) => [name, () => text])).isFirstFormat;
}

async function authorOf(deps: SeedStoreDeps, { newest }: Here): Promise<Authorship | undefined> {
  if (newest === undefined) return undefined;
  const { store, number, members } = newest.entry;
  const signer = await signerHere(deps, store);
  const me = members.find((one) => signer !== undefined && one.signer === signer.signer);
  return signer && me && { author: { ...signer, name: me.name }, store, list: number };
}

async function signerHere(deps: SeedStoreDeps, store: string): Promise<Signer | undefined> {
  const state = await deps.stateFolder().catch(asUserError);
  return state instanceof UserError ? undefined : signerFor(state, store);
}

/** Of a computer that is in an earlier entry of the list, and not in the newest: with its signing key, or as a reader. */
async function removalOf(deps: SeedStoreDeps, { standing, newest }: Here): Promise<Removal | undefined> {
  if (newest === undefined) return undefined;
  const { path } = standing;
  const { store } = newest.entry;
  const keys = [(await signerHere(deps, store))?.signer, await recipientHere(deps, store)];
  const isMe = ({ signer, recipient }: Member) =>
    [signer, recipient].some((key) => key !== undefined && keys.includes(key));
  const named = ({ entry }: ReadEntry) => entry.members.find(isMe)?.name;
  const last = path.findLastIndex((one) => named(one) !== undefined);
  const [before, after] = [path[last], path[last + 1]];
  const name = before && named(before);
  return name === undefined || after === undefined
    ? undefined
    : { name, by: after.entry.by, at: after.entry.at };
}

/** undefined where it can't be told: opening the store says why. */
async function recipientHere(deps: SeedStoreDeps, store: string): Promise<string | undefined> {
  const { knownRecipient } = await import("./own-identity.ts");
  const recipient = await knownRecipient(deps, store).catch(asUserError);
  return recipient instanceof UserError ? undefined : recipient;
}

/**
 * All data keys that open without another prompt: with what was typed in this run, with the environment's secrets, or with the
 * identity that this computer made.
 */
async function keysUnattended(
  deps: SeedStoreDeps,
  files: NamedTexts | undefined,
): Promise<ReadonlyMap<string, DataKey> | undefined> {
  const keyFiles = (files ?? []).filter(([name]) => name.startsWith(`${KEYS_FOLDER}/`));
  const slots =
    files === undefined
      ? readSlots(deps.folder)
      : slotsIn(keyFiles.map(([name, text]) => [name, () => text]));
  try {
    const opener = typedOpener(deps) ?? openerFromEnvironment(deps, kindsOf(slots));
    const keys = opener && (await dataKeysIn(slots, opener));
    if (keys !== undefined && keys.size > 0) return keys;
    if (slots.age.length === 0) return undefined;
    const { ownOpener } = await import("./unlock-with-age.ts");
    const own = await ownOpener({ ...deps, terminal: () => undefined });
    const ownKeys = own && (await dataKeysIn(slots, own));
    return ownKeys === undefined || ownKeys.size === 0 ? undefined : ownKeys;
  } catch (error) {
    if (error instanceof UserError && error.exitCode === ExitCode.locked) return undefined;
    throw error;
  }
}

/** Whether each seal of a note opens, or is for others. */
function notesOpen(
  name: string,
  text: string,
  listed: ReadonlySet<string>,
  keys: ReadonlyMap<string, DataKey>,
): boolean {
  const seals = parseNoteFile(name, text);
  if (typeof seals === "string") return false;
  return seals.every((seal) => {
    const opened = openNote(noteIdIn(name), keys, seal);
    return opened === "no key" ? listed.has(seal.key) : opened !== "damaged";
  });
}

function isForOthers(text: string, listed: ReadonlySet<string>, keys: ReadonlyMap<string, DataKey>): boolean {
  const { key } = parseFields(text);
  return typeof key === "string" && listed.has(key) && !keys.has(key);
}
