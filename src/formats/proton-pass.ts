/** Proton Pass: a zip with everything in `data.json`. Only an item's name, user name and one-time passwords are read. */
import { type JsonObject, objectOf, objectsOf, parseJson } from "../base/untrusted-json.ts";
import { collect, EntryFault, secretText, whoOf } from "./entries.ts";
import { indexOf, type RawNote, withEntryNotes } from "./entry-note.ts";
import { unreadable } from "./faults.ts";
import { type Format, HOLDS_PASSWORDS } from "./format.ts";
import { enrollmentOfItem } from "./item-seed.ts";
import { textOf } from "./shape.ts";

const PLAIN = /(^|\/)Proton Pass\/data\.json$/;
const SEALED = /(^|\/)Proton Pass\/data\.pgp$/;
const IN_TRASH = 2;

export const protonPass: Format = {
  id: "proton-pass",
  name: "Proton Pass",
  detect({ json, members }) {
    if (members !== undefined) return members.some((name) => PLAIN.test(name) || SEALED.test(name));
    return objectOf(objectOf(json)?.vaults) !== undefined;
  },
  async read({ bytes, json, members }, passphrase) {
    const vaults = objectOf(objectOf(members ? await dataOf(bytes, members, passphrase) : json)?.vaults);
    if (vaults === undefined) throw unreadable("Proton Pass", "has no vaults");
    const items = Object.values(vaults).flatMap((vault) => objectsOf(objectOf(vault)?.items));
    const found = items.flatMap((item, i) =>
      totpsOf(item).map((totp) => ({ at: `entry ${i + 1}`, totp, ...itemOf(item) })),
    );
    return {
      ...withEntryNotes(
        collect(
          found,
          readTotp,
          ({ title, user }) => whoOf(title, user),
          (_, { at }) => at,
        ),
        (at) => noteOf(items[indexOf(at)]),
      ),
      notes: [HOLDS_PASSWORDS],
    };
  },
};

async function dataOf(
  bytes: Uint8Array,
  members: readonly string[],
  passphrase: () => Promise<string>,
): Promise<unknown> {
  const member = members.find((name) => PLAIN.test(name));
  if (member === undefined)
    throw unreadable("Proton Pass", "is encrypted with PGP", "export it again as ZIP, without a passphrase");
  const { readMember } = await import("./zip.ts");
  return parseJson(Buffer.from(await readMember(bytes, member, passphrase)).toString("utf8"));
}

interface Item {
  readonly title: string;
  readonly user: string;
  readonly isTrashed: boolean;
}

function itemOf(item: JsonObject | undefined): Item {
  const data = objectOf(item?.data);
  const { itemUsername, itemEmail, username } = objectOf(data?.content) ?? {};
  return {
    title: textOf(objectOf(data?.metadata)?.name),
    user: textOf(itemUsername) || textOf(username) || textOf(itemEmail),
    isTrashed: item?.state === IN_TRASH,
  };
}

/** Those of the item, and of its extra sections. */
function extraFieldsOf(item: JsonObject | undefined): readonly (JsonObject | undefined)[] {
  const data = objectOf(item?.data);
  const sections = objectsOf(objectOf(data?.content)?.sections);
  return [
    ...objectsOf(data?.extraFields),
    ...sections.flatMap((section) => objectsOf(section?.sectionFields)),
  ];
}

function noteOf(item: JsonObject | undefined): RawNote {
  const fields = extraFieldsOf(item).map(
    (field) => [field?.fieldName, objectOf(field?.data)?.content] as const,
  );
  return { text: objectOf(objectOf(item?.data)?.metadata)?.note, fields };
}

/** The login's own, and those in extra fields. */
function totpsOf(item: JsonObject | undefined): string[] {
  const content = objectOf(objectOf(item?.data)?.content);
  const extra = extraFieldsOf(item).filter((field) => field?.type === "totp");
  const uris = extra.map((field) => objectOf(field?.data)?.totpUri);
  return [content?.totpUri, ...uris].map(textOf).filter((totp) => totp !== "");
}

function readTotp({ totp, title, user, isTrashed }: Item & { readonly totp: string }) {
  if (isTrashed) throw new EntryFault("it is in Proton Pass's trash", "", secretText(totp));
  return enrollmentOfItem(totp, title, user);
}
