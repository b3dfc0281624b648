/** This computer's signing key for a store: Ed25519 (RFC 8032), made here, and kept in the state folder. FORMAT.md has every byte. */
import { ExitCode, UserError } from "../base/errors.ts";
import { nodeCrypto } from "../base/node-crypto.ts";
import { parseFields } from "../base/untrusted-json.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { isSigner } from "./entry.ts";
import type { Sign } from "./vouch.ts";

const VERSION = 1;
/** "ssh-ed25519" and a key of 32 bytes, each with its length before it (RFC 8709, section 4). */
const HEAD = Buffer.from("0000000b7373682d6564323535313900000020", "hex");

export interface Signer {
  /** ssh-ed25519 …, as it stands in the list of members. */
  readonly signer: string;
  readonly sign: Sign;
}

type StateFolder = Pick<DataFolder, "path" | "read" | "create">;

/** undefined if this computer has none. Throws UserError (exit 1) if the file is damaged. */
export function signerFor(state: StateFolder, store: string): Signer | undefined {
  const text = state.read(fileOf(store));
  if (text === undefined) return undefined;
  const { version, signer, key } = parseFields(text);
  if (version !== VERSION || !isSigner(signer) || typeof key !== "string") throw damaged(state, store);
  const { createPrivateKey, sign } = nodeCrypto();
  try {
    const secret = createPrivateKey({ key: Buffer.from(key, "base64"), format: "der", type: "pkcs8" });
    return { signer, sign: (content) => sign(null, Buffer.from(content), secret).toString("base64") };
  } catch {
    throw damaged(state, store);
  }
}

/** The computer's key for this store, which is made if there is none. */
export function ownSigner(state: StateFolder, store: string): Signer {
  const known = signerFor(state, store);
  if (known !== undefined) return known;
  const { publicKey, privateKey } = nodeCrypto().generateKeyPairSync("ed25519");
  const x = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const signer = `ssh-ed25519 ${Buffer.concat([HEAD, x]).toString("base64")}`;
  const key = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  state.create(fileOf(store), `${JSON.stringify({ version: VERSION, signer, key }, null, 2)}\n`);
  const made = signerFor(state, store);
  if (made === undefined) throw damaged(state, store);
  return made;
}

function fileOf(store: string): string {
  return `stores/${store}/signing-key.json`;
}

function damaged({ path }: StateFolder, store: string): UserError {
  return new UserError(`"${path}/${fileOf(store)}" is damaged`, ExitCode.failed, [
    "move it away, and let another member add this computer again: twinseed sync --join",
  ]);
}
