/**
 * Signatures as `ssh-keygen -Y sign -n git` makes them (OpenSSH, PROTOCOL.sshsig), for Ed25519 keys alone: git shows them as good
 * for anyone who lists the key in an allowed-signers file. Pure, but for the crypto.
 */
import { nodeCrypto } from "../base/node-crypto.ts";
import { verifies } from "../members/vouch.ts";

const MAGIC = "SSHSIG";
const NAMESPACE = "git";
const HASH = "sha512";
const [BEGIN, END] = ["-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"];
const LINE = 70;

/** `signer`: ssh-ed25519 …; `sign`: returns base64. The result ends in a newline. */
export function sshSignature(
  message: string,
  { signer, sign }: { readonly signer: string; readonly sign: (bytes: Uint8Array) => string },
): string {
  return armored(signer, Buffer.from(sign(signedData(message)), "base64"));
}

/** The signer, if this is the one text that it can have written as the signature of this message. */
export function signerOf(message: string, signature: string, known: readonly string[]): string | undefined {
  return known.find((signer) => {
    const bytes = signatureIn(signature);
    if (bytes === undefined || armored(signer, bytes) !== signature) return false;
    return verifies(signer, signedData(message), bytes.toString("base64"));
  });
}

function signedData(message: string): Uint8Array {
  const hash = nodeCrypto().createHash(HASH).update(message).digest();
  return Buffer.concat([Buffer.from(MAGIC), ...[NAMESPACE, "", HASH, hash].map(lengthFirst)]);
}

function armored(signer: string, signature: Uint8Array): string {
  const version = Buffer.from([0, 0, 0, 1]);
  const key = Buffer.from(signer.split(" ")[1] ?? "", "base64");
  const blob = Buffer.concat(["ssh-ed25519", signature].map(lengthFirst));
  const parts = [key, NAMESPACE, "", HASH, blob].map(lengthFirst);
  const text = Buffer.concat([Buffer.from(MAGIC), version, ...parts]).toString("base64");
  const lines = text.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return `${[BEGIN, ...lines, END].join("\n")}\n`;
}

/** The last 64 bytes. */
function signatureIn(text: string): Buffer | undefined {
  const lines = text.split("\n");
  if (lines[0] !== BEGIN || lines.at(-2) !== END) return undefined;
  const bytes = Buffer.from(lines.slice(1, -2).join(""), "base64");
  return bytes.length > 64 ? bytes.subarray(-64) : undefined;
}

function lengthFirst(part: string | Uint8Array): Buffer {
  const bytes = Buffer.from(part);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
