/** The `file` store: seeds/<id>.json, one otpauth URI each, sealed with the data key. FORMAT.md has every byte. */
import type { DataFolder } from "../context.ts";
import { ExitCode, UserError } from "../errors.ts";
import type { Enrolment } from "../otp/enrolment.ts";
import { printable } from "../printable.ts";
import { parseFields, parseSealed, seal, unseal } from "./seal.ts";
import { SEEDS_FOLDER } from "./sealed-ids.ts";
import {
  checkId,
  DAMAGED_HINTS,
  enrolmentOf,
  isSame,
  notReadBackError,
  takenError,
  textOf,
} from "./seed-text.ts";
import type { DataKey } from "./slots.ts";
import { NoSuchSeed, type SeedStore } from "./store.ts";

const VERSION = 1;

/** Keeps the open data key for as long as the store lives: one key derivation in a command, however many seeds. */
export function sealedFileStore(
  folder: DataFolder,
  dataKey: DataKey,
  random: (bytes: number) => Uint8Array,
): SeedStore {
  return {
    kind: "file",

    async get(id) {
      return read(folder, dataKey, id);
    },

    async put(id, enrolment) {
      const name = fileOf(id);
      const content = seal(
        dataKey.bytes,
        headerOf(id, dataKey.id),
        Buffer.from(textOf(id, enrolment)),
        random,
      );
      const fields = { version: VERSION, id, key: dataKey.id, ...content };
      if (!folder.create(name, `${JSON.stringify(fields, null, 2)}\n`)) {
        if (isSame(read(folder, dataKey, id), enrolment)) return;
        throw takenError(id);
      }
      if (reads(folder, dataKey, id, enrolment)) return;
      folder.remove(name);
      throw notReadBackError(id);
    },

    async delete(id) {
      folder.remove(fileOf(id));
    },
  };
}

function read(folder: DataFolder, dataKey: DataKey, id: string): Enrolment {
  const name = fileOf(id);
  const text = folder.read(name);
  if (text === undefined) {
    throw new NoSuchSeed(`the file store has no seed for account "${id}"`, [
      `it would be in ${printable(folder.path, 500)}/${name}`,
      "restore it from a backup",
    ]);
  }
  const damaged = (why: string) =>
    new UserError(`"${name}", the seed of account "${id}", ${why}`, ExitCode.failed, DAMAGED_HINTS);
  const fields = parseFields(text);
  const content = parseSealed(fields);
  if (typeof fields.version === "number" && fields.version > VERSION)
    throw damaged(`was written by a newer twinseed (version ${fields.version}), or is damaged`);
  if (fields.version !== VERSION || content === undefined) throw damaged("is damaged");
  if (fields.id !== id) throw damaged("is damaged, or belongs to another account");
  if (fields.key !== dataKey.id) throw damaged("is damaged, or was sealed with another data key");
  const uri = unseal(dataKey.bytes, headerOf(id, dataKey.id), content);
  if (uri === undefined) throw damaged("is damaged");
  return enrolmentOf(Buffer.from(uri).toString(), `"${name}", the seed of account "${id}",`);
}

function reads(folder: DataFolder, dataKey: DataKey, id: string, enrolment: Enrolment): boolean {
  try {
    return isSame(read(folder, dataKey, id), enrolment);
  } catch {
    return false;
  }
}

function headerOf(id: string, keyId: string): string {
  return `twinseed seed v${VERSION} ${id} ${keyId}`;
}

function fileOf(id: string): string {
  checkId(id);
  return `${SEEDS_FOLDER}/${id}.json`;
}
