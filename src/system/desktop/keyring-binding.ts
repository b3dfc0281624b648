/**
 * The native half of @napi-rs/keyring. The package's own loader checks for every platform's package, which takes longer than
 * loading the right one. So we import the package of a common platform by name, and fall back to the loader if it is missing.
 */
import { arch, platform } from "node:process";
import type { KeyringBinding } from "../../ports/os-keyring.ts";

const ABI: Readonly<Record<string, string>> = { linux: "-gnu", darwin: "", win32: "-msvc" };

/** Throws whatever the loader throws if no package for this platform is installed. */
export async function loadBinding(): Promise<KeyringBinding> {
  try {
    return await import(`@napi-rs/keyring-${platform}-${arch}${ABI[platform]}`);
  } catch {
    return import("@napi-rs/keyring");
  }
}
