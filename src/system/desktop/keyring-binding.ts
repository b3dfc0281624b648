/**
 * The native half of @napi-rs/keyring. The package's own loader checks for every platform's package, which takes longer than
 * loading the right one. So we import the package of a common platform by name, and fall back to the loader if it is missing.
 */
import { arch, platform } from "node:process";
import type { KeyringBinding } from "../../ports/os-keyring.ts";

const ABI: Readonly<Record<string, string>> = { linux: "-gnu", darwin: "", win32: "-msvc" };

/** Throws an Error: "Cannot find native binding" (or module), or "Can't load the native binding: " and why. */
export async function loadBinding(): Promise<KeyringBinding> {
  try {
    return await import(`@napi-rs/keyring-${platform}-${arch}${ABI[platform]}`);
  } catch (first) {
    try {
      return await import("@napi-rs/keyring");
    } catch (error) {
      const broken = [...causesOf(first), ...causesOf(error)].find(
        (one) => "code" in one && one.code === "ERR_DLOPEN_FAILED",
      );
      throw broken ? new Error(`Can't load the native binding: ${broken.message}`) : error;
    }
  }
}

function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
