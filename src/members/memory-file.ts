/** What this computer remembers of the store in a data folder: one file in the state folder. FORMAT.md has every byte. */
import { ExitCode, UserError } from "../base/errors.ts";
import { sha256 } from "../base/node-crypto.ts";
import { isText, type JsonObject, objectOf, parseFields } from "../base/untrusted-json.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import type { Memory, Pin } from "./accept.ts";

const VERSION = 1;

export interface Remembered {
  readonly memory: Memory | undefined;
  /** The beginning of the hash of an entry that has yet to arrive (`store follow`). */
  readonly awaited: string | undefined;
}

type StateFolder = Pick<DataFolder, "path" | "read" | "write" | "remove">;

/** `dataFolder`: its path. Throws UserError (exit 1) if the file is damaged. */
export function readMemory(state: StateFolder, dataFolder: string): Remembered {
  const file = fileOf(dataFolder);
  const text = state.read(file);
  if (text === undefined) return { memory: undefined, awaited: undefined };
  const fields = parseFields(text);
  const memory = memoryIn(fields);
  const { awaited } = fields;
  const isAwaited = typeof awaited === "string" && /^[0-9a-f]{20}$/.test(awaited);
  if (fields.version !== VERSION || (memory === undefined && !isAwaited))
    throw new UserError(`"${state.path}/${file}" is damaged`, ExitCode.failed, [
      "it says which list of members this computer trusts; move it away, and enter the store's words again:",
      "  twinseed store follow WORDS",
    ]);
  return { memory, awaited: isAwaited ? awaited : undefined };
}

export function writeMemory(state: StateFolder, dataFolder: string, { memory, awaited }: Remembered): void {
  const { store, checked, seen, refused, keys } = memory ?? {};
  const fields = { version: VERSION, folder: dataFolder, store, checked, seen, refused, keys, awaited };
  const text = `${JSON.stringify(fields, null, 2)}\n`;
  if (state.read(fileOf(dataFolder)) !== text) state.write(fileOf(dataFolder), text);
}

function fileOf(dataFolder: string): string {
  return `folders/${sha256(dataFolder).slice(0, 32)}.json`;
}

function memoryIn({ store, checked, seen, refused, keys }: JsonObject): Memory | undefined {
  const [known, last] = [pinIn(checked), pinIn(seen)];
  if (typeof store !== "string" || known === undefined || last === undefined) return undefined;
  return { store, checked: known, seen: last, refused: textsIn(refused), keys: textsIn(keys) };
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(isText) : [];
}

function pinIn(value: unknown): Pin | undefined {
  const { number, hash } = objectOf(value) ?? {};
  return typeof number === "number" && typeof hash === "string" ? { number, hash } : undefined;
}
