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
