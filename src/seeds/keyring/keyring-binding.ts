/**
 * The native half of @napi-rs/keyring. Its own loader finds the package of every platform there is, and takes longer for
 * that than the package takes to load: the usual ones are asked for by name, and the loader where they are not there.
 */
import { arch, platform } from "node:process";
import type { KeyringBinding } from "./settings.ts";

const ABI: Readonly<Record<string, string>> = { linux: "-gnu", darwin: "", win32: "-msvc" };

/** Throws whatever the loader throws where no package for this platform is installed. */
export async function loadBinding(): Promise<KeyringBinding> {
  try {
    return await import(`@napi-rs/keyring-${platform}-${arch}${ABI[platform]}`);
  } catch {
    return import("@napi-rs/keyring");
  }
}
