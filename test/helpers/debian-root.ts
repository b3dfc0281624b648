/**
 * A new Debian system to install something in: a folder that mmdebstrap fills, entered with chroot. What needs to be the same outside
 * is mounted for each command alone, in a mount namespace that ends with it.
 */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { needs } from "./system-packages.ts";

const run = promisify(execFile);

/** mmdebstrap waits for a mirror: a bound against hanging, half a minute is usual. */
export const SLOW_MIRROR = 600_000;

/** Whether systems can be made here: on Linux, as root. */
export function mayMakeSystems(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && needs("mmdebstrap", "unshare", "chroot");
}

export interface Entering {
  /** Folders from outside, and where they are inside. */
  readonly shared?: Readonly<Record<string, string>>;
  /** Default: root. */
  readonly user?: string;
  readonly hostname?: string;
  /** Not even the loopback is there. */
  readonly offline?: boolean;
}

/** `variant` is mmdebstrap's: how much is installed; `more` names other packages. */
export async function makeSystem(
  folder: string,
  variant: string,
  more: readonly string[] = [],
): Promise<void> {
  const include = more.length > 0 ? [`--include=${more.join(",")}`] : [];
  const args = ["--quiet", `--variant=${variant}`, ...include, codename(), folder];
  await run("mmdebstrap", args);
}

/** Writes a script that runs its arguments in there; `command` is what they follow. */
export function writeEntry(script: string, folder: string, options: Entering = {}, command = ""): void {
  const { shared = {}, user = "root", hostname = "", offline = false } = options;
  const spaces = ["--mount", ...(hostname === "" ? [] : ["--uts"]), ...(offline ? ["--net"] : [])];
  const steps = [
    ...(hostname === "" ? [] : [`hostname ${hostname}`]),
    ...["proc", "dev"].map((name) => `mount --rbind /${name} "${folder}/${name}"`),
    ...Object.entries(shared).map(
      ([outside, inside]) =>
        `mkdir -p "${folder}${inside}" && mount --bind "${outside}" "${folder}${inside}"`,
    ),
    `exec chroot --userspec=${user} "${folder}" "$@"`,
  ];
  const lines = [
    "#!/bin/sh",
    `exec unshare ${spaces.join(" ")} sh -c '${steps.join(" && ")}' sh ${command} "$@"`,
  ];
  writeFileSync(script, `${lines.join("\n")}\n`, { mode: 0o755 });
}

/** Runs such a script, and returns the stdout of what it runs. */
export async function runIn(script: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run(script, words, {
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" },
  });
  return stdout;
}

/** The release of the system outside, as its packages are reachable from here. */
function codename(): string {
  return /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "stable";
}
