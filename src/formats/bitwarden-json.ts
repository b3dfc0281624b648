/**
 * Bitwarden: exports of a vault (with attachments: a zip), of an organization, and of Bitwarden Authenticator, either plain or
 * locked with an export password. strays.ts looks at custom fields and notes.
 */
import { type JsonObject, objectOf, objectsOf, parseJson } from "../base/untrusted-json.ts";
import { formatBase32 } from "../otp/base32.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { type Note, noteAsText } from "../otp/plain-note.ts";
import { unlockBitwarden } from "./bitwarden-lock.ts";
import { collect, EntryFault, secretText, whoOf } from "./entries.ts";
import { indexOf, withEntryNotes } from "./entry-note.ts";
import { type AskPassphrase, unreadable } from "./faults.ts";
import { type Format, HOLDS_PASSWORDS, type Reading } from "./format.ts";
import { enrollmentOfItem } from "./item-seed.ts";
import { textOf } from "./shape.ts";
import { titleOf } from "./title.ts";
import { uuid } from "./uuid.ts";

const LOGIN = 1;
const MEMBER = "data.json";

export const bitwardenJson: Format = {
  id: "bitwarden",
  name: "Bitwarden",
  detect({ json, members }) {
    if (members?.includes(MEMBER)) return true;
    const file = objectOf(json);
    if (file === undefined || typeof file.encrypted !== "boolean") return false;
    return Array.isArray(file.items) || file.passwordProtected !== undefined || isAccountRestricted(file);
  },
  async read({ bytes, json, members }, passphrase) {
    const file = objectOf(members === undefined ? json : await exportIn(bytes, passphrase)) ?? {};
    if (isAccountRestricted(file))
      throw unreadable(
        "Bitwarden",
        "can only be opened with the account that it was exported from",
        'export it again, as type "password protected"',
      );
    if (file.encrypted === true) {
      const opened = await unlockBitwarden(file, passphrase);
      return { ...readItems(opened.items), inside: [{ at: "", content: opened }] };
    }
    const notes = hasPassword(file.items) ? [HOLDS_PASSWORDS] : [];
    return { ...readItems(file.items), notes };
  },
  writer: {
    password: false,
    holdsNotes: true,
    reasonToOmit({ otp }) {
      return otp.type === "hotp" ? "Bitwarden has no counter-based codes" : undefined;
    },
    write(enrollments, { random, names = [], notes = [] }) {
      const items = enrollments.map((one, i) => itemOf(one, titleOf(one, names[i]), uuid(random), notes[i]));
      return `${JSON.stringify({ encrypted: false, folders: [], items }, null, 2)}\n`;
    },
  },
};

/** The export with attachments is a zip. */
async function exportIn(bytes: Uint8Array, passphrase: AskPassphrase): Promise<unknown> {
  const { readMember } = await import("./zip.ts");
  return parseJson(Buffer.from(await readMember(bytes, MEMBER, passphrase)).toString("utf8"));
}

function isAccountRestricted({ encrypted, passwordProtected, ...rest }: JsonObject): boolean {
  if (encrypted !== true || passwordProtected === true) return false;
  return Array.isArray(rest.items) || rest.encKeyValidation_DO_NOT_EDIT !== undefined;
}

function hasPassword(items: unknown): boolean {
  if (!Array.isArray(items)) return false;
  return items.some((item) => textOf(objectOf(objectOf(item)?.login)?.password) !== "");
}

function readItems(items: unknown): Reading {
  if (!Array.isArray(items)) throw unreadable("Bitwarden", "has no items");
  const all = items.map(objectOf);
  return withEntryNotes(
    collect(all, readItem, (item) => whoOf(item?.name, objectOf(item?.login)?.username)),
    (at) => ({
      text: all[indexOf(at)]?.notes,
      fields: objectsOf(all[indexOf(at)]?.fields).map((field) => [field?.name, field?.value]),
    }),
  );
}

function readItem(item: JsonObject | undefined): Enrollment | undefined {
  if (item === undefined) throw new EntryFault("it is damaged");
  const { totp, username } = objectOf(item.login) ?? {};
  if (textOf(totp) === "") return undefined;
  if (textOf(item.deletedDate) !== "")
    throw new EntryFault("it is in Bitwarden's trash", "", secretText(textOf(totp)));
  return enrollmentOfItem(textOf(totp), textOf(item.name), textOf(username));
}

/** Bitwarden Authenticator requires an id; the vault makes its own. */
function itemOf(enrollment: Enrollment, title: string, id: string, note: Note | undefined) {
  const { issuer, label, otp, secret } = enrollment;
  // Without a URI, a title without an issuer is read as the issuer: then there is no login to repeat.
  const isNameless = otp.type === "steam" && issuer === "";
  return {
    id,
    organizationId: null,
    folderId: null,
    type: LOGIN,
    reprompt: 0,
    name: title,
    notes: note === undefined ? null : noteAsText(note),
    favorite: false,
    login: {
      uris: null,
      username: label === "" || isNameless ? null : label,
      password: null,
      totp: otp.type === "steam" ? `steam://${formatBase32(secret)}` : formatOtpauthUri(enrollment),
    },
    collectionIds: null,
  };
}
