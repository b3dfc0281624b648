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
/** How many are written between two signs of progress. */
const AT_ONCE = 250;

/** Keeps the open data key for as long as the store lives: one key derivation in a command, however many seeds. */
export function sealedFileStore(
  folder: DataFolder,
  dataKey: DataKey,
  random: (bytes: number) => Uint8Array,
): SeedStore {
  function store(seeds: readonly (readonly [id: string, enrolment: Enrolment])[]): void {
    const files = seeds.map(([id, enrolment]) => [fileOf(id), sealed(id, enrolment)] as const);
    const taken = new Set(folder.createAll(files));
    for (const [id, enrolment] of seeds) {
      if (taken.has(fileOf(id))) {
        if (!isSame(read(folder, dataKey, id), enrolment)) throw takenError(id);
      } else if (!reads(folder, dataKey, id, enrolment)) {
        folder.remove(fileOf(id));
        throw notReadBackError(id);
      }
    }
  }

  function sealed(id: string, enrolment: Enrolment): string {
    const text = Buffer.from(textOf(id, enrolment));
    const content = seal(dataKey.bytes, headerOf(id, dataKey.id), text, random);
    return `${JSON.stringify({ version: VERSION, id, key: dataKey.id, ...content }, null, 2)}\n`;
  }

  return {
    kind: "file",

    async get(id) {
      return read(folder, dataKey, id);
    },

    async put(id, enrolment) {
      store([[id, enrolment]]);
    },

    async putAll(seeds, stored = () => {}) {
      for (let i = 0; i < seeds.length; i += AT_ONCE) {
        store(seeds.slice(i, i + AT_ONCE));
        stored(Math.min(i + AT_ONCE, seeds.length));
      }
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
