/**
 * Temporary credentials, stored as safely as the seed that obtained them. They are sealed with a key derived from that seed:
 * with either seed store, only someone who can open the store can read them, and a new seed makes all of them unreadable.
 * They are in cache/<account id>/. FORMAT.md specifies every byte.
 */
import { createHmac, hkdfSync } from "node:crypto";
import { parseFields } from "../base/untrusted-json.ts";
import type { Secret } from "../otp/secret.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { parseSealed, seal, unseal } from "./file/seal.ts";
import { checkId } from "./seed-text.ts";

const VERSION = 1;
const KEY_BYTES = 32;
/** RFC 4226's minimum. Someone with a cache file could guess a key that was derived from a shorter seed. */
export const LEAST_SEED_BYTES = 16;

export interface SessionCache {
  /** The text for this request, if it has not expired. Also undefined if the file can't be read: it is only a cache. */
  read(request: string, now: number): string | undefined;
  /** Also deletes expired entries. `expires`: milliseconds since 1970. */
  write(request: string, text: string, expires: number, now: number): void;
}

/** The cache of one account. A `request` includes everything that the credentials depend on. */
export function sessionCache(
  folder: DataFolder,
  id: string,
  secret: Secret,
  random: (bytes: number) => Uint8Array,
): SessionCache {
  const place = cacheFolder(id);
  const derive = (purpose: string): Uint8Array =>
    new Uint8Array(
      hkdfSync("sha256", secret.reveal(), "", `twinseed session ${purpose} v1 ${id}`, KEY_BYTES),
    );
  const isLongEnough = secret.reveal().length >= LEAST_SEED_BYTES;

  function fileOf(request: string): string {
    return `${createHmac("sha256", derive("name")).update(request).digest("hex").slice(0, 32)}.json`;
  }

  function headerOf(file: string, expires: number): string {
    return `twinseed session v${VERSION} ${id} ${file} ${expires}`;
  }

  return {
    read(request, now) {
      const file = fileOf(request);
      const { version, expires, ...content } = readFields(folder, `${place}/${file}`);
      const sealed = parseSealed(content);
      if (version !== VERSION || typeof expires !== "number" || expires <= now || sealed === undefined)
        return undefined;
      const text = unseal(derive("key"), headerOf(file, expires), sealed);
      return text === undefined ? undefined : Buffer.from(text).toString();
    },

    write(request, text, expires, now) {
      if (!isLongEnough) return;
      sweep(folder, place, now);
      const file = fileOf(request);
      const sealed = seal(derive("key"), headerOf(file, expires), Buffer.from(text), random);
      folder.write(`${place}/${file}`, `${JSON.stringify({ version: VERSION, expires, ...sealed })}\n`);
    },
  };
}

/** Whether there may be an unexpired session. Needs no seed, so it can't tell for which request. */
export function hasSession(folder: DataFolder, id: string, now: number): boolean {
  const place = cacheFolder(id);
  return folder.list(place).some((file) => {
    const { expires } = readFields(folder, `${place}/${file}`);
    return typeof expires === "number" && expires > now;
  });
}

/** The folder with an account's sessions, and the lock of the process that requests one. */
export function cacheFolder(id: string): string {
  checkId(id);
  return `cache/${id}`;
}

function sweep(folder: DataFolder, place: string, now: number): void {
  for (const file of folder.list(place)) {
    const { expires } = readFields(folder, `${place}/${file}`);
    if (typeof expires !== "number" || expires <= now) folder.remove(`${place}/${file}`);
  }
}

function readFields(folder: DataFolder, name: string): Readonly<Record<string, unknown>> {
  return parseFields(folder.read(name) ?? "");
}
