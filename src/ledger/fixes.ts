/** The commands that fix what audit finds, by the kind of device. Pure. */
import type { Device } from "./account.ts";
import type { Fix, Together } from "./finding.ts";

/** How the device proves that it has the account. */
export function proving(id: string, { kind, name }: Pick<Device, "kind" | "name">): Fix {
  return kind === "backup" ? ["backup", "verify", "FILE"] : ["verify", id, "--device", name];
}

/** The same for many accounts: a phone's app can export what it has, and one file proves them all. */
export function provingTogether(are: string, device: Pick<Device, "kind" | "name">): Together {
  const { kind, name } = device;
  const canExport = kind === "phone" || kind === "tablet" || kind === "computer";
  const fixes: Fix[] = canExport
    ? [["device", "check", name, "EXPORT"]]
    : kind === "hardware"
      ? [["device", "check", name]]
      : [proving("ACCOUNT", device)];
  return { are, fixes: () => fixes };
}

/** How the device gets the seeds of these accounts. */
export function handingOver(ids: readonly string[], { kind, name }: Pick<Device, "kind" | "name">): Fix {
  // It has the old seed under the same name.
  if (kind === "hardware") return ["device", "push", name, ...ids, "--replace"];
  if (kind === "paper") return ["sheet", ...ids, "--device", name, "--print"];
  return ids.length > 1 ? ["qr", ...ids, "--google", "--device", name] : ["qr", ...ids, "--device", name];
}
