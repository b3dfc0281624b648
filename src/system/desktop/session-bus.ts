/**
 * Two things the binding does not do for us on Linux: find the session bus after `su`, and disconnect from it.
 *
 * A call that waits for the user to unlock the keyring waits up to a year, in a thread that neither process.exit() nor an
 * AbortSignal ends. But its connection is a socket of our process. Once we shut that down, the bus hangs up, the call returns
 * an error, and the process ends normally (measured: 6 ms).
 */
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync } from "node:fs";
import type { Connection, SessionBus } from "../../ports/os-keyring.ts";
import { xdgFolder } from "../disk/xdg-folder.ts";

const OPEN_FILES = "/proc/self/fd";

/** `env` must be process.env, because the binding reads the real environment. `runtimeFolder` is where the users' buses are. */
export function sessionBus(env: Record<string, string | undefined>, runtimeFolder = "/run/user"): SessionBus {
  return { connecting, repairAddress: () => repairBusAddress(env, runtimeFolder) };
}

function connecting<T>(connect: () => T): Connection<T> {
  const before = openFiles();
  const value = connect();
  const sockets = [...openFiles()].filter((fd) => !before.has(fd)).flatMap(socketAt);
  return { value, hangUp: async () => (await Promise.all(sockets.map(shutDown))).includes(true) };
}

/** The numbers of all open files; empty on systems other than Linux. */
function openFiles(): Set<number> {
  try {
    // While it is listed, the folder itself is open too, under the next free number. /dev/null gets that number first, so it can
    // be left out.
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
  /** "socket:[inode]": distinguishes it from a socket that later got the same number. */
  readonly name: string;
}

export function socketAt(fd: number): OpenSocket[] {
  try {
    const name = readlinkSync(`${OPEN_FILES}/${fd}`);
    return name.startsWith("socket:") ? [{ fd, name }] : [];
  } catch {
    return [];
  }
}

/**
 * Ends a connection that is another thread's. Only shutdown(2) works across threads, and the socket stays open: the binding
 * closes it, and were it closed here, too, the second to do so would close the connection that has the number by then.
 */
export async function shutDown({ fd, name }: OpenSocket): Promise<boolean> {
  const { Socket } = await import("node:net"); // takes 1 ms to load and is rarely needed
  if (!socketAt(fd).some((now) => now.name === name)) return false;
  try {
    // A Socket closes itself once both of its sides have ended: this one never begins to read.
    const options = { fd, readable: true, allowHalfOpen: true, manualStart: true };
    const socket = new Socket(options);
    socket.on("error", () => {});
    socket.end();
    socket.unref();
    return true;
  } catch {
    return false;
  }
}

/**
 * `su`, `sudo -u` and cron drop both variables that lead to the bus. Restores the address if the user's own bus is in its
 * default place.
 */
export function repairBusAddress(env: Record<string, string | undefined>, runtimeFolder: string): void {
  if (env.DBUS_SESSION_BUS_ADDRESS || xdgFolder(env.XDG_RUNTIME_DIR)) return;
  try {
    const { uid } = lstatSync("/proc/self"); // owned by us
    const bus = `${runtimeFolder}/${uid}/bus`;
    const found = lstatSync(bus);
    if (found.isSocket() && found.uid === uid) env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${bus}`;
  } catch {
    // Not Linux, or no bus there: the binding's constructor will report that.
  }
}
