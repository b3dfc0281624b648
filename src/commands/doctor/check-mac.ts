/** The part of `doctor` for macOS: which keychain, which Node to the keychain, and what the privacy settings allow. */
import type { Mac } from "../../ports/mac.ts";
import type { StoreKind } from "../../settings/config-file.ts";
import { quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type Line, ok, unknown, wrong } from "./lines.ts";

export async function checkMac(store: StoreKind | undefined, { mac }: Needs<"mac">): Promise<Line[]> {
  if (mac === undefined) return [];
  const keychain = store === "keyring" ? [await keychainLine(mac), await signatureLine(mac)] : [];
  return [...keychain, await consentsLine(mac)];
}

async function keychainLine(mac: Mac): Promise<Line> {
  const path = await mac.defaultKeychain();
  if (path !== undefined) return ok("macos", `the seeds are in the default keychain, ${quoted(path)}`);
  const fix = "security default-keychain -s login.keychain-db";
  return { ...wrong("macos", "there is no default keychain to look for the seeds in", fix), isLocked: true };
}

async function signatureLine(mac: Mac): Promise<Line> {
  const signature = await mac.nodeSignature();
  if (signature === undefined)
    return unknown("macos", "can't tell how this Node is signed: codesign did not say");
  if (signature.kind === "developer")
    return ok(
      "macos",
      `this Node is signed by ${quoted(signature.name)}: the keychain knows it after an upgrade, too`,
    );
  return ok(
    "macos",
    "this Node has no developer's signature: after each upgrade, macOS asks again for each account. " +
      "To be asked once: twinseed store move file, then twinseed store unlock-with keyring",
  );
}

async function consentsLine(mac: Mac): Promise<Line> {
  const { screen, allFiles } = await mac.consents();
  const screens =
    screen === undefined ? "perhaps record the screen" : `${screen ? "" : "not "}record the screen`;
  const files = allFiles
    ? "and read all files"
    : "and has no Full Disk Access: macOS may refuse Desktop, Documents and Downloads, always to cron and launchd";
  return ok("macos", `this terminal may ${screens}, ${files}`);
}
