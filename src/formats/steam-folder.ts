/** The maFiles folder: manifest.json says how to decrypt each maFile, in the old form or in steamguard-cli's. */
import { type JsonObject, objectOf, objectsOf, parseJson } from "../base/untrusted-json.ts";
import { type AskPassphrase, WrongPassphrase } from "./faults.ts";
import { type Argon2Costs, argon2Key, openCbc, pbkdf2Key } from "./kdf.ts";
import { base64Of, textOf } from "./shape.ts";

const ITERATIONS = 50_000;
/** steamguard-cli's costs; it changed them once. */
const ARGON2: readonly Argon2Costs[] = [
  { kibibytes: 12 * 1024, iterations: 3, parallelism: 12 },
  { kibibytes: 62_500, iterations: 3, parallelism: 4 },
];

export interface MaFileLock {
  readonly scheme: "sda" | "argon2" | "unknown";
  readonly iv: Buffer;
  readonly salt: Buffer;
}

export function basenameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function isManifest(json: unknown): boolean {
  const [first] = objectsOf(objectOf(json)?.entries);
  return /\.mafile$/i.test(textOf(first?.filename));
}

export function parametersByFile(manifest: unknown): ReadonlyMap<string, MaFileLock> {
  const locks = new Map<string, MaFileLock>();
  for (const entry of objectsOf(objectOf(manifest)?.entries)) {
    const lock = entry && lockOf(entry);
    if (entry && lock) locks.set(basenameOf(textOf(entry.filename)), lock);
  }
  return locks;
}

function lockOf(entry: JsonObject): MaFileLock | undefined {
  const own = objectOf(entry.encryption);
  const iv = base64Of(own?.iv ?? entry.encryption_iv);
  const salt = base64Of(own?.salt ?? entry.encryption_salt);
  if (iv?.length !== 16 || salt === undefined || salt.length < 8) return undefined;
  return { scheme: schemeOf(own?.scheme), iv, salt };
}

function schemeOf(value: unknown): MaFileLock["scheme"] {
  if (value === undefined || value === "LegacySdaCompatible") return "sda";
  return value === "Argon2idAes256" ? "argon2" : "unknown";
}

/** Returns undefined if it is not known how to open the file. Throws WrongPassphrase. */
export async function openMaFile(
  text: string,
  lock: MaFileLock | undefined,
  passphrase: AskPassphrase,
): Promise<unknown> {
  const sealed = base64Of(text);
  if (sealed === undefined || lock === undefined || lock.scheme === "unknown") return undefined;
  const password = await passphrase();
  const { iv, salt, scheme } = lock;
  const keys =
    scheme === "sda"
      ? [() => pbkdf2Key(password, salt, ITERATIONS, 32, "sha1")]
      : ARGON2.map((costs) => () => argon2Key(password, salt, costs));
  for (const key of keys) {
    const json = parseJson(openCbc(await key(), iv, sealed)?.toString("utf8") ?? "");
    if (json !== undefined) return json;
  }
  throw new WrongPassphrase();
}
