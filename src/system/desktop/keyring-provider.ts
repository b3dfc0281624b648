/** Which program is the Secret Service, by what else it is on the session bus, and by its process. */
import { readFileSync } from "node:fs";
import type { BusCall } from "./bus-calls.ts";

const BUS = "org.freedesktop.DBus";
const SECRETS = "org.freedesktop.secrets";

/** Names that the same connection has. They also tell where a sandbox hides the process. */
const BY_NAME: readonly (readonly [name: string, provider: string])[] = [
  ["org.gnome.keyring", "GNOME Keyring"],
  ["org.kde.kwalletd6", "KWallet"],
  ["org.kde.kwalletd5", "KWallet"],
  ["org.kde.secretservicecompat", "KWallet"],
  ["org.keepassxc.KeePassXC.MainWindow", "KeePassXC"],
];

/** Names of processes; the kernel cuts them to 15 characters. */
const BY_PROCESS: Readonly<Record<string, string>> = {
  "gnome-keyring-d": "GNOME Keyring",
  ksecretd: "KWallet",
  kwalletd6: "KWallet",
  kwalletd5: "KWallet",
  keepassxc: "KeePassXC",
  "oo7-daemon": "oo7",
  pass_secret_ser: "pass-secret-service",
};

/** undefined if it can't be told. */
export async function providerOf(call: BusCall): Promise<string | undefined> {
  const owner = await ownerOf(call, SECRETS);
  for (const [name, provider] of BY_NAME)
    if (owner !== undefined && (await ownerOf(call, name)) === owner) return provider;
  return BY_PROCESS[await processOf(call)];
}

async function ownerOf(call: BusCall, name: string): Promise<unknown> {
  try {
    return (await call(BUS, "/org/freedesktop/DBus", BUS, "GetNameOwner", "s", [name]))[0];
  } catch {
    return undefined;
  }
}

async function processOf(call: BusCall): Promise<string> {
  try {
    const [pid] = await call(BUS, "/org/freedesktop/DBus", BUS, "GetConnectionUnixProcessID", "s", [SECRETS]);
    return readFileSync(`/proc/${Number(pid)}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}
