/**
 * keys/<slot>.age: the data key, encrypted to one age recipient. `age -d` opens it. This module is loaded only if there is an
 * age identity or a recipient, as the library is slow to start. FORMAT.md specifies the text in the file.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import { OWN_LIMITS } from "../../base/limits.ts";
import { type DataKey, dataKeyOf } from "./data-key.ts";
import { fromBase64, toBase64 } from "./seal.ts";
import { type AgeSlot, currentFirst, type Slots } from "./slots.ts";

const CONTENT = /^twinseed data key v2 ([0-9a-f]{32}) ([0-9a-f]{32}) (\S+)\n$/;

/** The armored file. */
export async function sealForRecipient(recipient: string, { store, id, bytes }: DataKey): Promise<string> {
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(`twinseed data key v2 ${store} ${id} ${toBase64(bytes)}\n`));
}

/** All data keys that these identities open, the one that is probably current first. Throws UserError (exit 6) for an unusable identity. */
export async function openAgeSlots(
  { age, older }: Pick<Slots, "age" | "older">,
  identities: string,
): Promise<DataKey[]> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  for (const identity of identitiesIn(identities)) addIdentity(decrypter, identity);
  const keys: DataKey[] = [];
  for (const slot of age) {
    const key = await openOne(slot, decrypter);
    if (key !== undefined) keys.push(key);
  }
  return currentFirst(
    keys.map((key) => ({ ...key, keyId: key.id })),
    older,
  ).map(({ store, id, bytes }) => ({ store, id, bytes }));
}

/** The recipient of the first of these identities. Throws UserError (exit 6) for an unusable one. */
export async function recipientOf(identities: string): Promise<string> {
  const { Decrypter, identityToRecipient } = await import("age-encryption");
  const [first = ""] = identitiesIn(identities);
  addIdentity(new Decrypter(), first);
  return identityToRecipient(first);
}

type Decrypter = InstanceType<typeof import("age-encryption").Decrypter>;

/** undefined if the slot is for another recipient, or damaged. */
async function openOne(slot: AgeSlot, decrypter: Decrypter): Promise<DataKey | undefined> {
  const { armor } = await import("age-encryption");
  try {
    const text = slot.text();
    if (text === undefined || text.length > OWN_LIMITS.ageSlotBytes) return undefined;
    const file = armor.decode(text);
    if (countStanzas(file) > OWN_LIMITS.ageStanzas) return undefined;
    const [, store = "", id = "", key = ""] = CONTENT.exec(await decrypter.decrypt(file, "text")) ?? [];
    return dataKeyOf(store, id, fromBase64(key));
  } catch {
    return undefined;
  }
}

/** Each costs a key agreement for each identity. */
function countStanzas(file: Uint8Array): number {
  return Buffer.from(file).toString("latin1").split("\n-> ").length - 1;
}

function identitiesIn(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const identities = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (identities.length > 0) return identities;
  throw new UserError("there is no age identity in TWINSEED_IDENTITY or its file", ExitCode.locked, [
    "an identity is a line that begins with AGE-SECRET-KEY-1",
  ]);
}

function addIdentity(decrypter: Decrypter, identity: string): void {
  try {
    decrypter.addIdentity(identity);
  } catch {
    throw new UserError(
      "the age identity can't be used: it is not an identity, or a character is wrong",
      ExitCode.locked,
      [
        "use AGE-SECRET-KEY-1…, from age-keygen; ssh keys, plugins and files with a passphrase are not supported",
      ],
    );
  }
}
