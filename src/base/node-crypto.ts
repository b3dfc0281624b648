/**
 * node:crypto, loaded when it is first needed: that takes longer than to load all else of `code`, and a code from the keyring
 * does without. Whatever is on the path of `code` takes it from here.
 */
let loaded: typeof import("node:crypto") | undefined;

export function nodeCrypto(): typeof import("node:crypto") {
  loaded ??= process.getBuiltinModule("node:crypto");
  return loaded;
}

export function isCryptoLoaded(): boolean {
  return loaded !== undefined;
}
