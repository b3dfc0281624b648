/** The `file` store: seeds/<id>.json, one otpauth URI each, sealed with the data key. FORMAT.md specifies every byte. */

import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { NoSuchSeed, OtherKey, type SeedStore } from "../seed-store.ts";
import {
  checkId,
  DAMAGED_HINTS,
  enrollmentOf,
  isSame,
  notReadBackError,
  takenError,
  textOf,
} from "../seed-text.ts";
import { type DataKey, isKeyId } from "./data-key.ts";
import { isWellFormed, parseSealed, type Sealed, seal, unseal } from "./seal.ts";

const SEEDS_FOLDER = "seeds";
const DAMAGED_FOLDER = "damaged";
const VERSION = 1;
/** How many seeds are written between two progress reports. */
const AT_ONCE = 250;

/** Finds another data key of this folder by its id. */
export type FindKey = (id: string) => Promise<DataKey | undefined>;

/** `findKey` finds the key for seeds that were sealed with another one; `keyForSealing` may refuse, with a UserError. */
export interface OtherKeys {
  readonly findKey: FindKey;
  readonly keyForSealing: () => Promise<DataKey>;
}

/** Keeps the open data key for as long as the store exists: a command derives the key once, however many seeds it reads. */
export function sealedFileStore(
  folder: DataFolder,
  dataKey: DataKey,
  random: (bytes: number) => Uint8Array,
  { findKey, keyForSealing }: OtherKeys = {
    findKey: async () => undefined,
    keyForSealing: async () => dataKey,
  },
): SeedStore {
  const read = (id: string, key = dataKey): Promise<Enrollment> => readSealed(folder, key, id, findKey);

  async function reads(id: string, enrollment: Enrollment, key: DataKey): Promise<boolean> {
    try {
      return isSame(await read(id, key), enrollment);
    } catch {
      return false;
    }
  }

  async function store(seeds: readonly (readonly [id: string, enrollment: Enrollment])[]): Promise<void> {
    const key = await keyForSealing();
    const files = seeds.map(([id, enrollment]) => [fileOf(id), sealed(id, enrollment, key)] as const);
    const taken = new Set(folder.createAll(files));
    for (const [id, enrollment] of seeds) {
      if (taken.has(fileOf(id))) {
        if (!isSame(await read(id), enrollment)) throw takenError(id);
      } else if (!(await reads(id, enrollment, key))) {
        folder.remove(fileOf(id));
        throw notReadBackError(id);
      }
    }
  }

  function sealed(id: string, enrollment: Enrollment, key: DataKey): string {
    return formatSealed(id, key, Buffer.from(textOf(id, enrollment)), random);
  }

  return {
    kind: "file",

    async get(id) {
      return read(id);
    },

    async put(id, enrollment) {
      await store([[id, enrollment]]);
    },

    async putAll(seeds, stored = () => {}) {
      for (let i = 0; i < seeds.length; i += AT_ONCE) {
        await store(seeds.slice(i, i + AT_ONCE));
        stored(Math.min(i + AT_ONCE, seeds.length));
      }
    },

    async delete(id) {
      folder.remove(fileOf(id));
    },
  };
}

export function formatSealed(
  id: string,
  dataKey: DataKey,
  uri: Uint8Array,
  random: (bytes: number) => Uint8Array,
): string {
  const content = seal(dataKey.bytes, headerOf(id, dataKey.id), uri, random);
  return `${JSON.stringify({ version: VERSION, id, key: dataKey.id, ...content }, null, 2)}\n`;
}

export async function readSealed(
  folder: DataFolder,
  dataKey: DataKey,
  id: string,
  findKey: FindKey,
): Promise<Enrollment> {
  const name = fileOf(id);
  const text = folder.read(name);
  if (text === undefined) {
    throw new NoSuchSeed(`the file store has no seed for account "${id}"`, [
      `put its file back from a copy of the data folder: ${printable(folder.path, 500)}/${name}`,
      "or restore the account from a backup: twinseed backup restore FILE",
    ]);
  }
  const damaged = (why: string) =>
    new UserError(`"${name}", the seed of account "${id}", ${why}`, ExitCode.failed, [
      ...DAMAGED_HINTS,
      ...(sparesOf(folder, id).length > 0
        ? ["or, from an older copy in damaged/: twinseed doctor --repair"]
        : []),
    ]);
  const parts = partsOf(id, text);
  if (typeof parts === "string") throw damaged(parts);
  const key = parts.keyId === dataKey.id ? dataKey : await findKey(parts.keyId);
  if (key === undefined)
    throw new OtherKey(
      `"${name}", the seed of account "${id}", is sealed with a data key that yours does not open`,
      [
        "if you are a member of this store: twinseed sync; if you were removed, it can't be opened any more",
        ...(sparesOf(folder, id).length > 0
          ? ["or, if it came damaged from someone else: twinseed doctor --repair"]
          : []),
      ],
    );
  const uri = unseal(key.bytes, headerOf(id, key.id), parts.content);
  if (uri === undefined) throw damaged("is damaged");
  return enrollmentOf(Buffer.from(uri).toString(), `"${name}", the seed of account "${id}",`);
}

/** Whether these keys open the text of a seed's file, as the seed of that account. */
export function opensWith(keys: ReadonlyMap<string, DataKey>, name: string, text: string): boolean {
  return openedWith(keys, name, text) !== undefined;
}

export function openedWith(
  keys: ReadonlyMap<string, DataKey>,
  name: string,
  text: string,
): Enrollment | undefined {
  const id = idIn(name);
  const parts = partsOf(id, text);
  if (typeof parts === "string") return undefined;
  const key = keys.get(parts.keyId);
  const uri = key && unseal(key.bytes, headerOf(id, key.id), parts.content);
  const enrollment = uri && attempt(() => enrollmentOf(Buffer.from(uri).toString(), name));
  return enrollment instanceof UserError ? undefined : enrollment;
}

/** What is wrong with the text of a seed's file, without a key. A file of a newer version may be fine. */
export function sealedFault(name: string, text: string): string | undefined {
  if (isNewer(text)) return undefined;
  const parts = partsOf(idIn(name), text);
  return typeof parts === "string" ? parts : undefined;
}

/** The parts of the file, or what is wrong with it. */
function partsOf(id: string, text: string): { keyId: string; content: Sealed } | string {
  const fields = parseFields(text);
  const content = parseSealed(fields);
  if (typeof fields.version === "number" && fields.version > VERSION)
    return `was written by a newer twinseed (version ${fields.version}), or is damaged`;
  if (fields.version !== VERSION || content === undefined || !isWellFormed(content)) return "is damaged";
  if (fields.id !== id) return "is damaged, or belongs to another account";
  if (typeof fields.key !== "string" || !isKeyId(fields.key)) return "is damaged";
  return { keyId: fields.key, content };
}

/** Whether a newer twinseed may have written it. */
export function isNewer(text: string): boolean {
  const { version } = parseFields(text);
  return typeof version === "number" && version > VERSION;
}

/** The account id in the name of a seed's file. */
export function idIn(name: string): string {
  return /^seeds\/([a-z0-9]+)\.json$/.exec(name)?.[1] ?? "";
}

/** What stood in this seed's file, and something else has taken the place of: the latest last. */
export function sparesOf(folder: DataFolder, id: string): string[] {
  const names = folder
    .list(DAMAGED_FOLDER)
    .filter((name) => name === `${id}.json` || name.startsWith(`${id}.`));
  return names.flatMap((name) => {
    const text = attempt(() => folder.read(`${DAMAGED_FOLDER}/${name}`));
    return typeof text === "string" && sealedFault(fileOf(id), text) === undefined ? [text] : [];
  });
}

function headerOf(id: string, keyId: string): string {
  return `twinseed seed v${VERSION} ${id} ${keyId}`;
}

export function fileOf(id: string): string {
  checkId(id);
  return `${SEEDS_FOLDER}/${id}.json`;
}

/** The ids of all seeds in this folder, whatever key they are sealed with. Reads only file names and opens nothing. */
export function sealedIds(folder: DataFolder): string[] {
  return folder.list(SEEDS_FOLDER).flatMap((name) => /^([a-z0-9]+)\.json$/.exec(name)?.[1] ?? []);
}

export function hasSealedSeeds(folder: DataFolder): boolean {
  return sealedIds(folder).length > 0;
}
