/** 1Password's 1pux: a zip with everything in `export.data`. Only an item's title, user name and one-time passwords are read. */
import { type JsonObject, objectOf, objectsOf, parseJson } from "../base/untrusted-json.ts";
import { collect, EntryFault, secretText, whoOf } from "./entries.ts";
import { indexOf, type RawNote, withEntryNotes } from "./entry-note.ts";
import { unreadable } from "./faults.ts";
import { type Format, HOLDS_PASSWORDS } from "./format.ts";
import { enrollmentOfItem } from "./item-seed.ts";
import { textOf } from "./shape.ts";

const MEMBER = "export.data";

export const onepassword: Format = {
  id: "1password",
  name: "1Password",
  detect({ json, members }) {
    return members === undefined ? itemsOf(json).length > 0 : members.includes(MEMBER);
  },
  async read({ bytes, json, members }, passphrase) {
    const items = itemsOf(members === undefined ? json : await exportOf(bytes, passphrase));
    const found = items.flatMap((item, i) =>
      totpsOf(item).map((totp) => ({ at: `entry ${i + 1}`, totp, ...itemOf(item) })),
    );
    const reading = collect(
      found,
      readTotp,
      ({ title, user }) => whoOf(title, user),
      (_, { at }) => at,
    );
    const archived = new Set(found.filter(({ state }) => state === "archived").map(({ at }) => at)).size;
    return {
      ...withEntryNotes(reading, (at) => noteOf(items[indexOf(at)])),
      notes: [HOLDS_PASSWORDS, ...(archived === 0 ? [] : ["archived items were imported too"])],
    };
  },
};

async function exportOf(bytes: Uint8Array, passphrase: () => Promise<string>): Promise<unknown> {
  const { readMember } = await import("./zip.ts");
  const json = parseJson(Buffer.from(await readMember(bytes, MEMBER, passphrase)).toString("utf8"));
  if (objectOf(json) === undefined) throw unreadable("1Password", "is damaged");
  return json;
}

function itemsOf(json: unknown): readonly (JsonObject | undefined)[] {
  const vaults = objectsOf(objectOf(json)?.accounts).flatMap((account) => objectsOf(account?.vaults));
  const items = vaults.flatMap((vault) => objectsOf(vault?.items));
  return items.map((item) => objectOf(item?.item) ?? item); // the first 1pux files had an extra wrapper
}

interface Item {
  readonly title: string;
  readonly user: string;
  readonly state: string;
}

function itemOf(item: JsonObject | undefined): Item {
  const title = textOf(objectOf(item?.overview)?.title);
  const details = objectOf(item?.details);
  const login = objectsOf(details?.loginFields).find((field) => field?.designation === "username");
  const other = fieldsOf(item).find((field) => field?.id === "username");
  const user = textOf(login?.value) || textOf(objectOf(other?.value)?.string);
  const isTrashed = item?.trashed === true || item?.trashed === "Y";
  return { title, user, state: isTrashed ? "deleted" : textOf(item?.state).toLowerCase() };
}

function totpsOf(item: JsonObject | undefined): string[] {
  return fieldsOf(item)
    .map((field) => textOf(objectOf(field?.value)?.totp))
    .filter((totp) => totp !== "");
}

function fieldsOf(item: JsonObject | undefined): readonly (JsonObject | undefined)[] {
  return objectsOf(objectOf(item?.details)?.sections).flatMap((section) => objectsOf(section?.fields));
}

/** Each value is an object with one member, which says what it is. */
function noteOf(item: JsonObject | undefined): RawNote {
  const fields = fieldsOf(item).map((field) => {
    const { string, concealed } = objectOf(field?.value) ?? {};
    return [field?.title, string ?? concealed] as const;
  });
  return { text: objectOf(item?.details)?.notesPlain, fields };
}

function readTotp({ totp, title, user, state }: Item & { readonly totp: string }) {
  if (state === "deleted" || state === "trashed")
    throw new EntryFault("it is in 1Password's trash", "", secretText(totp));
  return enrollmentOfItem(totp, title, user);
}
