/** The text fields in JSON of any program, each with the item that it belongs to, as far as JSON of such programs tells. */

import { printable } from "../base/printable.ts";
import { type JsonObject, objectOf } from "../base/untrusted-json.ts";
import { looksLikeKey } from "../otp/key-text.ts";
import { type Field, type Item, mayHoldSeed, placeIn, placeOf } from "./field.ts";
import { textOf } from "./shape.ts";

const TITLES = ["title", "name", "issuer", "label"];
const USERS = [
  "username",
  "website_password_username", // Psono
  "userName",
  "user",
  "login",
  "email",
  "account",
  "itemUsername",
  "itemEmail",
];
/** Fields that users add are objects with a name and a value. */
const FIELD_NAMES = ["name", "label", "title", "fieldName", "type"];
const FIELD_VALUES = ["value", "data", "content"];
/** What a key is called inside of an object that is called "totp" or "mfa". */
const KEY = /^(?:secret|seed|key|secret[-_ ]?key|shared[-_ ]?secret)$/i;
/** Proton Pass */
const STATE_TRASHED = 2;

interface Around extends Item {
  readonly at: string;
  readonly name: string;
}

/** Only fields that may hold a seed. */
export function fieldsInJson(json: unknown, at = ""): Field[] {
  const found: Field[] = [];
  const add = (field: Field): void => {
    if (mayHoldSeed(field)) found.push(field);
  };
  const visit = (value: unknown, around: Around): void => {
    if (typeof value === "string") add({ ...around, value });
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) visit(item, { ...around, at: numbered(around.at, i) });
      return;
    }
    const object = objectOf(value);
    if (object === undefined) return;
    const own = isField(object) ? FIELD_NAMES.map((key) => textOf(object[key])).join(" ") : undefined;
    const inside = own === undefined ? { ...around, ...itemOf(object, around) } : around;
    for (const [key, member] of Object.entries(object)) {
      const isValue = own !== undefined && FIELD_VALUES.includes(key);
      const label = isValue ? firstOf(object, FIELD_NAMES) : key;
      const place = placeIn(
        around.at,
        typeof member === "string" || isValue ? placeOf(label) : placeOfPart(label),
      );
      const name = KEY.test(key) ? `${around.name} ${key}` : key;
      visit(member, { ...inside, name: isValue ? own : name, at: place });
      add({ ...inside, at: around.at, name: "", value: key });
    }
  };
  visit(json, { at, name: "", title: "", user: "" });
  return found;
}

/** "items", which a number may follow. */
function placeOfPart(key: string): string {
  return /^[A-Za-z][\w ]{0,30}$/.test(key) && !looksLikeKey(key) ? key : placeOf(key);
}

function numbered(at: string, index: number): string {
  return at === "" ? `entry ${index + 1}` : `${at} ${index + 1}`;
}

function isField(object: JsonObject): boolean {
  return FIELD_VALUES.some((key) => key in object) && firstOf(object, FIELD_NAMES) !== "";
}

/** What an object says about itself, or else what is around it. */
function itemOf(object: JsonObject, around: Item): Item {
  const title =
    firstOf(object, TITLES) ||
    textOf(partOf(object, "overview").title) ||
    textOf(partOf(object, "metadata").name);
  const user =
    firstOf(object, USERS) ||
    firstOf(partOf(object, "login"), USERS) ||
    firstOf(partOf(object, "content"), USERS);
  return {
    title: title || around.title,
    user: user || around.user,
    fault: faultOf(object) ?? around.fault,
    keyFault: otherParameters(object) ?? around.keyFault,
  };
}

function faultOf({ deletedDate, trashed, state, itemId }: JsonObject): string | undefined {
  const isTrashed =
    textOf(deletedDate) !== "" ||
    trashed === true ||
    trashed === 1 ||
    trashed === "Y" ||
    state === "deleted" ||
    state === "trashed" ||
    (state === STATE_TRASHED && itemId !== undefined);
  return isTrashed ? "it is in the trash" : undefined;
}

/** Values that make other codes than the usual ones. */
const UNUSUAL: Readonly<Record<string, (value: string) => boolean>> = {
  algorithm: (value) => /sha-?(?:224|256|384|512)|md5/i.test(value),
  digits: (value) => value !== "6" && Number(value) >= 4 && Number(value) <= 10,
  period: (value) => value !== "30" && Number(value) > 0 && Number(value) <= 3600,
  counter: (value) => Number(value) > 0,
  type: (value) => /^(?:hotp|steam|motp|yandex|yaotp)$/i.test(value),
};

/** What a program says next to a key about its codes, if they are not the usual ones: a key alone would make wrong ones. */
export function otherParameters(object: JsonObject): string | undefined {
  const others = Object.entries(object).filter(([key, value]) => {
    const [name = ""] = /(?:digits|period|algorithm|counter|type)$/i.exec(key) ?? [];
    return UNUSUAL[name.toLowerCase()]?.(textOf(value)) ?? false;
  });
  if (others.length === 0) return undefined;
  const said = others
    .map(([key, value]) => `${printable(key, 40)} ${printable(textOf(value), 20)}`)
    .join(", ");
  return `its codes are not the usual ones (${said}): add it with twinseed add and these values`;
}

function partOf(object: JsonObject, key: string): JsonObject {
  return objectOf(object[key]) ?? {};
}

function firstOf(object: JsonObject, keys: readonly string[]): string {
  return keys.map((key) => textOf(object[key])).find((text) => text !== "") ?? "";
}
