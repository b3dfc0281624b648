/**
 * The age identity that this computer made for a shared store: in the keyring where one answers, else sealed with a passphrase;
 * never plain. The state folder says which. FORMAT.md has every byte.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import { isText, objectOf, parseFields } from "../../base/untrusted-json.ts";
import { isRecipient } from "../../members/entry.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { probeKeyring } from "../keyring/probe.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { askNewPassphrase } from "./ask-passphrase.ts";
import { isKeyId } from "./data-key.ts";
import { type InKeyring, keepInKeyring } from "./identity-in-keyring.ts";
import { openerFromEnvironment } from "./openers.ts";
import { COST, costFault, deriveKey, type ScryptCost } from "./scrypt.ts";
import { fromBase64, parseSealed, type Sealed, seal, toBase64, unseal } from "./seal.ts";
import type { Opener } from "./slots.ts";

const VERSION = 1;
const SALT_BYTES = 16;
const TRIES = 3;

export interface OwnIdentity {
  readonly recipient: string;
  /** Where the identity itself is. */
  readonly kept: InKeyring | Locked;
}

/** Sealed with a passphrase. */
export interface Locked extends Sealed {
  readonly kdf: ScryptCost & { readonly salt: string };
}

/** undefined if this computer has made none for this store. Throws UserError (exit 6) if the file is damaged. */
export function readOwnIdentity(state: DataFolder, store: string): OwnIdentity | undefined {
  const text = state.read(fileOf(store));
  if (text === undefined) return undefined;
  const { version, recipient, kept, ...fields } = parseFields(text);
  const locked = kept === "passphrase" ? lockedIn(fields) : undefined;
  if (version === VERSION && isRecipient(recipient)) {
    // The first builds had one entry for each store.
    const entry = fields.entry ?? store;
    if (kept === "keyring" && isText(entry) && isKeyId(entry)) return { recipient, kept: { entry } };
    if (locked !== undefined) return { recipient, kept: locked };
  }
  throw new UserError(`"${state.path}/${fileOf(store)}" is damaged`, ExitCode.locked, [
    "it has this computer's identity for the store; move it away, and join again: twinseed sync --join",
  ]);
}

/** undefined if the passphrase is wrong. */
export async function unlockIdentity(
  { recipient, kept }: OwnIdentity,
  store: string,
  passphrase: string,
): Promise<string | undefined> {
  const salt = "entry" in kept ? undefined : fromBase64(kept.kdf.salt);
  if ("entry" in kept || salt === undefined) return undefined;
  const identity = unseal(
    await deriveKey(passphrase, salt, kept.kdf),
    headerOf(store, recipient, kept),
    kept,
  );
  return identity && Buffer.from(identity).toString();
}

/** With its passphrase; undefined if there is no terminal to ask for that, or it is wrong. */
export async function openLocked(
  deps: SeedStoreDeps,
  own: OwnIdentity,
  store: string,
  given: Opener | undefined,
): Promise<string | undefined> {
  if (given?.kind === "passphrase") return unlockIdentity(own, store, given.passphrase);
  const terminal = deps.terminal();
  if (terminal === undefined) return undefined;
  for (let i = 1; i <= TRIES; i++) {
    const passphrase = await terminal.askHidden("Passphrase for this computer: ");
    const identity = await unlockIdentity(own, store, passphrase);
    if (identity !== undefined) return identity;
    if (i < TRIES) deps.note("wrong passphrase, try again");
  }
  return undefined;
}

/** "any": makes one if there is none, and asks for a passphrase if no keyring answers; "silent": only in a keyring. */
export type IdentityWish = "any" | "silent";

/**
 * The recipient of the identity that this computer opens the store with: the user's own (TWINSEED_IDENTITY), else the one that
 * it made or makes now. undefined if that was to be silent and no keyring answers. Throws UserError (exit 6).
 */
export async function identityForJoining(
  deps: SeedStoreDeps,
  store: string,
  wish: IdentityWish,
): Promise<string | undefined> {
  const known = await knownRecipient(deps, store);
  if (known !== undefined) return known;
  const refusal = (await probeKeyring(deps))?.message;
  return refusal !== undefined && wish === "silent" ? undefined : makeOwnIdentity(deps, store, refusal);
}

/** The same, of an identity that is there already. */
export async function knownRecipient(deps: SeedStoreDeps, store: string): Promise<string | undefined> {
  const given = openerFromEnvironment(deps, ["age"]);
  if (given?.kind !== "age") return readOwnIdentity(await deps.stateFolder(), store)?.recipient;
  const { recipientOf } = await import("./age-slots.ts");
  return recipientOf(given.identities);
}

/**
 * Has the keyring keep the identity with which this computer opens the store: the one that was sealed with a passphrase, or a new
 * one, whose recipient no list has yet. Throws UserError (exit 6).
 */
export async function identityToKeyring(
  deps: SeedStoreDeps,
  store: string,
): Promise<{ recipient: string; isNew: boolean; wasThere: boolean }> {
  const state = await deps.stateFolder();
  const own = readOwnIdentity(state, store);
  if (own !== undefined && "entry" in own.kept)
    return { recipient: own.recipient, isNew: false, wasThere: true };
  const refusal = await probeKeyring(deps);
  if (refusal !== undefined) throw refusal;
  if (own === undefined)
    return { recipient: await makeOwnIdentity(deps, store, undefined), isNew: true, wasThere: false };
  const identity = await openLocked(deps, own, store, openerFromEnvironment(deps, ["passphrase"]));
  if (identity === undefined)
    throw new UserError("this computer's passphrase for the store is needed", ExitCode.locked, [
      "run this at a terminal, or set TWINSEED_PASSPHRASE",
      "nothing was changed",
    ]);
  state.write(fileOf(store), formatOwnIdentity(own.recipient, await keepInKeyring(deps, identity)));
  return { recipient: own.recipient, isNew: false, wasThere: false };
}

/** Makes the identity, keeps it, reads it back, and returns its recipient. Throws UserError (exit 6) if there is no safe place. */
async function makeOwnIdentity(
  deps: SeedStoreDeps,
  store: string,
  refusal: string | undefined,
): Promise<string> {
  const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const state = await deps.stateFolder();
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const fields =
    refusal === undefined
      ? await keepInKeyring(deps, identity)
      : await lockWithPassphrase(deps, store, recipient, identity, refusal);
  if (state.create(fileOf(store), formatOwnIdentity(recipient, fields))) return recipient;
  // Another process was first: what is there now counts.
  return readOwnIdentity(state, store)?.recipient ?? recipient;
}

function formatOwnIdentity(recipient: string, fields: object): string {
  return `${JSON.stringify({ version: VERSION, recipient, ...fields }, null, 2)}\n`;
}

async function lockWithPassphrase(
  deps: SeedStoreDeps,
  store: string,
  recipient: string,
  identity: string,
  refusal: string,
): Promise<object> {
  const passphrase = await newPassphrase(deps, refusal);
  const salt = deps.random(SALT_BYTES);
  const kdf = { ...(deps.unsafeScryptCost ?? COST), salt: toBase64(salt) };
  const content = seal(
    await deriveKey(passphrase, salt, kdf),
    headerOf(store, recipient, { kdf }),
    Buffer.from(identity),
    deps.random,
  );
  return { kept: "passphrase", kdf: { name: "scrypt", ...kdf }, ...content };
}

async function newPassphrase(deps: SeedStoreDeps, refusal: string): Promise<string> {
  const given = openerFromEnvironment(deps, ["passphrase"]);
  if (given?.kind === "passphrase") return given.passphrase;
  const terminal = deps.terminal();
  if (terminal === undefined) {
    throw new UserError(`there is no safe place for this computer's identity: ${refusal}`, ExitCode.locked, [
      "set TWINSEED_PASSPHRASE or TWINSEED_PASSPHRASE_FILE to seal it with, or run this at a terminal",
      "or bring an identity of your own: TWINSEED_IDENTITY_FILE",
    ]);
  }
  deps.note(`${refusal}: this computer's identity will be sealed with a passphrase`);
  return askNewPassphrase(terminal, deps.note, deps.random, "this computer");
}

function lockedIn(fields: Readonly<Record<string, unknown>>): Locked | undefined {
  const content = parseSealed(fields);
  const { name, N, r, p, salt } = objectOf(fields.kdf) ?? {};
  if (content === undefined || name !== "scrypt" || !isText(salt)) return undefined;
  if (typeof N !== "number" || typeof r !== "number" || typeof p !== "number") return undefined;
  return costFault({ N, r, p }) === undefined ? { ...content, kdf: { N, r, p, salt } } : undefined;
}

function headerOf(store: string, recipient: string, { kdf }: Pick<Locked, "kdf">): string {
  const { N, r, p, salt } = kdf;
  return `twinseed identity v${VERSION} ${store} ${recipient} scrypt ${N} ${r} ${p} ${salt}`;
}

function fileOf(store: string): string {
  return `stores/${store}/identity.json`;
}
