/** `store key`: one more way to open the file store. */
import type { SeedStoreDeps } from "./deps.ts";
import { addSlot } from "./file-store.ts";
import { generateRawKey, parseRawKey } from "./raw-key.ts";

/** A new raw key, as base64, which opens the seeds from now on. */
export async function addRawKey(deps: SeedStoreDeps): Promise<string> {
  const key = generateRawKey(deps.random);
  await addSlot(deps, { kind: "raw-key", key: parseRawKey(key, "the new key") });
  return key;
}
