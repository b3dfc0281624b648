/**
 * Steam: the maFile of Steam Desktop Authenticator and steamguard-cli, and the app's own file from a rooted phone. The parameters
 * for decrypting a maFile are in manifest.json next to it, so encrypted ones are read from a zip that contains both.
 */

import { LIMITS } from "../base/limits.ts";
import { type JsonObject, objectOf, objectsOf, parseJson } from "../base/untrusted-json.ts";
import { type Enrollment, STEAM } from "../otp/enrollment.ts";
import { Secret } from "../otp/secret.ts";
import { cleanNames, collect, EntryFault, joinReadings, secretOfBytes, whoOf } from "./entries.ts";
import { type AskPassphrase, unreadable } from "./faults.ts";
import { placeOf } from "./field.ts";
import type { ForeignFile } from "./foreign-file.ts";
import type { Format, Reading } from "./format.ts";
import { base64Of, textOf } from "./shape.ts";
import { basenameOf, isManifest, openMaFile, parametersByFile } from "./steam-folder.ts";
import { requireSameSeed } from "./uri-entry.ts";

const HINT_FOLDER = "zip the complete maFiles folder, including manifest.json, and import the zip";
const HINT_DECRYPT =
  "or remove the encryption with the program that made it (steamguard decrypt), then import the file";

export const steam: Format = {
  id: "steam",
  name: "Steam",
  isAppsOwn: true,
  detect(file) {
    return (
      accountsOf(file.json).length > 0 ||
      isManifest(file.json) ||
      isSealed(file) ||
      maFilesOf(file).length > 0
    );
  },
  async read(file, passphrase) {
    if (file.members !== undefined) return readFolder(file, passphrase);
    if (isSealed(file))
      throw unreadable("Steam", "is encrypted, and its salt is in another file", HINT_FOLDER, HINT_DECRYPT);
    const accounts = accountsOf(file.json);
    if (accounts.length === 0)
      throw unreadable("Steam", "has no seeds", "import the .maFile files next to it");
    return readAccounts(accounts);
  },
};

function maFilesOf({ members }: ForeignFile): string[] {
  return (members ?? []).filter((name) => /\.mafile$/i.test(name) && !basenameOf(name).startsWith("."));
}

/** Any other encrypted text looks the same, so the file name decides. */
function isSealed({ name, text }: ForeignFile): boolean {
  const sealed = /\.mafile$/i.test(name) ? base64Of(text) : undefined;
  return sealed !== undefined && sealed.length > 0 && sealed.length % 16 === 0;
}

/** A single account, or the app's `{"accounts": {"<id>": {…}}}`. */
function accountsOf(json: unknown): readonly JsonObject[] {
  const file = objectOf(json);
  if (file?.shared_secret !== undefined) return [file];
  const inside = objectsOf(Object.values(objectOf(file?.accounts) ?? {}));
  return inside.flatMap((account) => (account !== undefined && "shared_secret" in account ? [account] : []));
}

function readAccounts(accounts: readonly (JsonObject | undefined)[], at?: string): Reading {
  const who = (one: JsonObject | undefined) => whoOf("Steam", one?.account_name);
  const place = at === undefined ? undefined : () => at;
  return joinReadings([collect(accounts, readAccount, who, place), collect(accounts, readCopy, who, place)]);
}

/** For other apps, which read it as common codes. */
function readCopy(account: JsonObject | undefined): undefined {
  const secret = base64Of(account?.shared_secret);
  if (secret !== undefined) requireSameSeed(textOf(account?.uri), Secret.of(secret));
}

function readAccount(account: JsonObject | undefined): Enrollment {
  const secret = base64Of(account?.shared_secret);
  if (account === undefined || secret === undefined) throw new EntryFault("it is damaged");
  return { ...cleanNames("Steam", account.account_name), otp: STEAM, secret: secretOfBytes(secret) };
}

async function readFolder(file: ForeignFile, passphrase: AskPassphrase): Promise<Reading> {
  const { readMember, readMembers } = await import("./zip.ts");
  const manifest = file.members?.find((name) => basenameOf(name) === "manifest.json");
  const parameters = parametersByFile(
    manifest === undefined
      ? undefined
      : parseJson(Buffer.from(await readMember(file.bytes, manifest, passphrase)).toString("utf8")),
  );
  const readings: Reading[] = [];
  const inside: { at: string; content: unknown }[] = [];
  let locked = 0;
  for await (const { name, content } of readMembers(file.bytes, maFilesOf(file), passphrase)) {
    const at = basenameOf(name);
    const text = Buffer.from(content).toString("utf8");
    const plain = parseJson(text);
    if (plain === undefined && ++locked > LIMITS.lockedFiles)
      throw unreadable("Steam", `has more than ${LIMITS.lockedFiles} encrypted files`);
    const json = plain ?? (await openMaFile(text, parameters.get(at), passphrase));
    inside.push({ at: placeOf(at), content: json });
    const found = accountsOf(json);
    readings.push(found.length > 0 ? readAccounts(found, at) : readAccounts([undefined], at));
  }
  return { ...joinReadings(readings), inside };
}
