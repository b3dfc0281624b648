/**
 * node:crypto, loaded on first use: loading it takes longer than loading everything else that `code` needs, and a code from
 * the keyring works without it. Every module that `code` loads must get it from here.
 */
let loaded: typeof import("node:crypto") | undefined;

export function nodeCrypto(): typeof import("node:crypto") {
  loaded ??= process.getBuiltinModule("node:crypto");
  return loaded;
}

export function isCryptoLoaded(): boolean {
  return loaded !== undefined;
}

/** SHA-256 of a text in UTF-8, in hexadecimal. */
export function sha256(text: string): string {
  return nodeCrypto().createHash("sha256").update(text).digest("hex");
}
