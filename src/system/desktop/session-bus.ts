/**
 * What the binding does not do for us on Linux: find the session bus after `su`, and let go of it.
 *
 * A call that waits for somebody to unlock the keyring waits for a year in a thread that neither process.exit() nor
 * an AbortSignal ends. Its connection is a socket of ours, though: shut down, the bus hangs up, the call returns with
 * an error, and the process ends as any other (measured: 6 ms).
 */
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync } from "node:fs";
import type { Connection, SessionBus } from "../../ports/os-keyring.ts";

const OPEN_FILES = "/proc/self/fd";

/** `env` must be process.env: the binding reads the real environment. `runtimeFolder`: where the users' buses are. */
export function sessionBus(env: Record<string, string | undefined>, runtimeFolder = "/run/user"): SessionBus {
  return { connecting, repairAddress: () => repairBusAddress(env, runtimeFolder) };
}

function connecting<T>(connect: () => T): Connection<T> {
  const before = openFiles();
  const value = connect();
  const sockets = [...openFiles()].filter((fd) => !before.has(fd)).flatMap(socketAt);
  return { value, hangUp: async () => (await Promise.all(sockets.map(shutDown))).includes(true) };
}

/** The numbers of all open files; none on other systems. */
function openFiles(): Set<number> {
  try {
    // The folder is open too while it is listed, under the number that the next file will get: not that one.
    const listing = openSync("/dev/null", "r");
    closeSync(listing);
    const numbers = new Set(readdirSync(OPEN_FILES).map(Number));
    numbers.delete(listing);
    return numbers;
  } catch {
    return new Set();
  }
}

interface OpenSocket {
  readonly fd: number;
  /** "socket:[inode]": tells it from another one that got the same number later. */
  readonly name: string;
}

function socketAt(fd: number): OpenSocket[] {
  try {
    const name = readlinkSync(`${OPEN_FILES}/${fd}`);
    return name.startsWith("socket:") ? [{ fd, name }] : [];
  } catch {
    return [];
  }
}

async function shutDown({ fd, name }: OpenSocket): Promise<boolean> {
  const { Socket } = await import("node:net"); // 1 ms to load, and nearly never needed
  if (!socketAt(fd).some((now) => now.name === name)) return false;
  try {
    // Not readable: what arrives is not for us. end() is shutdown(2), which works across threads; close(2) would not.
    const socket = new Socket({ fd, readable: false });
    socket.on("error", () => {});
    socket.end();
    socket.unref();
    return true;
  } catch {
    return false;
  }
}

/**
 * `su`, `sudo -u` and cron drop both variables by which the bus is found. Puts the address back where the user's own bus
 * is at its usual place.
 */
export function repairBusAddress(env: Record<string, string | undefined>, runtimeFolder: string): void {
  if (env.DBUS_SESSION_BUS_ADDRESS || env.XDG_RUNTIME_DIR) return;
  try {
    const { uid } = lstatSync("/proc/self"); // ours, as everything in there
    const bus = `${runtimeFolder}/${uid}/bus`;
    const found = lstatSync(bus);
    if (found.isSocket() && found.uid === uid) env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${bus}`;
  } catch {
    // Not Linux, or no bus there: the constructor will say so.
  }
}
