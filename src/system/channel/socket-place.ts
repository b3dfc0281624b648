/**
 * Where the socket of an unlocked store is: in a folder of the user's own, next to a file with a cookie. Node can't tell who is at
 * the other end of a socket, so the folder decides: its owner and mode, and those of its parents, are looked at each time,
 * and refused, never put right. /tmp is not used. Throws nothing: faults are returned as text.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { sha256 } from "../../base/node-crypto.ts";
import { type Env, stateFolderPath } from "../disk/state-folder-path.ts";
import { xdgFolder } from "../disk/xdg-folder.ts";

export interface Place {
  readonly folder: string;
  readonly socket: string;
  readonly cookie: string;
}

export interface Fault {
  readonly fault: string;
}

const OTHERS_CAN_WRITE = 0o022;
const OTHERS = 0o077;
const STICKY = 0o1000;
/** macOS has 104 bytes for the path, with a zero at the end; Linux 108. Node cuts a longer one without a word. */
const LONGEST_PATH = 103;
/** The cookie in hexadecimal, the process's number, and a line end. */
const COOKIE = /^([0-9a-f]{64}) ([1-9]\d{0,9})\n$/;

/** The places where it could be, the one for a new socket first. `home`: the data folder. */
export function* placesFor(home: string, env: Env, user = process.geteuid?.()): Generator<Place, void> {
  if (user === undefined) return;
  const name = nameFor(home);
  const place = (folder: string): Place => ({
    folder,
    socket: `${folder}/${name}.sock`,
    cookie: `${folder}/${name}.key`,
  });
  const runtime = xdgFolder(env.XDG_RUNTIME_DIR) ?? `/run/user/${user}`;
  if (isRuntimeFolder(runtime, user)) yield place(`${runtime}/twinseed`);
  const state = stateFolder(env);
  if (state !== undefined) yield place(`${state}/unlocked`);
}

/** XDG Base Directory Specification 0.8: it is the user's own, 0700. After su it is that of another user, and is ignored. */
function isRuntimeFolder(path: string, user: number): boolean {
  const stat = lookAt(path);
  return stat?.isDirectory() === true && stat.uid === user && (stat.mode & OTHERS) === 0;
}

function stateFolder(env: Env): string | undefined {
  // Throws if there is no home directory, or no working directory any more.
  return textOf(() => stateFolderPath(env, process.cwd()));
}

/** Whether the place is still one where commands look for it: after the computer's name has changed, for example, it may not be. */
export function isFoundFor(home: string, { socket }: Pick<Place, "socket">): boolean {
  return socket.endsWith(`/${nameFor(home)}.sock`);
}

/** A home on a network is on several computers, and survives a restart: neither has another's sockets. */
function nameFor(home: string): string {
  const parts = [textOf(() => realpathSync.native(home)) ?? home, bootId() ?? hostname()];
  return sha256(parts.join("\n")).slice(0, 16);
}

/** Linux only. Unlike the computer's name, no network changes it. */
function bootId(): string | undefined {
  return textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1"));
}

function hostname(): string {
  return process.getBuiltinModule("node:os").hostname();
}

/** What is wrong with the place; undefined if nothing is. If the folder is not there, with the one in which it would be made. */
export function faultOfPlace({ folder, socket }: Place, user = process.geteuid?.()): Fault | undefined {
  if (Buffer.byteLength(socket) > LONGEST_PATH)
    return { fault: `its path is longer than ${LONGEST_PATH} bytes: "${socket}"` };
  const stat = lookAt(folder);
  if (stat === undefined) {
    const parent = parentsOf(folder).find((one) => lookAt(one) !== undefined);
    return parent === undefined ? undefined : faultAbove(`${parent}/new`, `${realOf(parent)}/new`, user);
  }
  if (!stat.isDirectory()) return { fault: `"${folder}" is not a folder` };
  if (stat.uid !== user) return { fault: `"${folder}" belongs to another user (number ${stat.uid})` };
  if ((stat.mode & OTHERS) !== 0)
    return { fault: `"${folder}" is open to others (mode ${octal(stat.mode)})` };
  return faultAbove(folder, realOf(folder), user);
}

function realOf(path: string): string {
  return textOf(() => realpathSync.native(path)) ?? path;
}

function faultAbove(path: string, real: string, user: number | undefined): Fault | undefined {
  for (const parent of new Set([...parentsOf(path), ...parentsOf(real)])) {
    const fault = faultOfParent(parent, user);
    if (fault !== undefined) return { fault };
  }
  return undefined;
}

/** Others could put something of theirs in its place. */
function faultOfParent(path: string, user: number | undefined): string | undefined {
  const stat = lookAt(path);
  if (stat === undefined) return `"${path}" can't be looked at`;
  if (stat.uid !== user && stat.uid !== 0) return `"${path}" belongs to another user (number ${stat.uid})`;
  if (stat.isSymbolicLink() || (stat.mode & OTHERS_CAN_WRITE) === 0 || (stat.mode & STICKY) !== 0)
    return undefined;
  return `"${path}" can be written by others (mode ${octal(stat.mode)})`;
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
}

export interface Cookie {
  readonly key: Buffer;
  /** Of the process that listens, for a message. */
  readonly pid: number;
}

/** undefined if there is none. */
export function readCookie({ cookie }: Place, user = process.geteuid?.()): Cookie | Fault | undefined {
  let file: number;
  try {
    file = openSync(cookie, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return isMissing(error) ? undefined : { fault: `"${cookie}" can't be read` };
  }
  try {
    const stat = fstatSync(file);
    const isOwn = stat.isFile() && stat.uid === user && (stat.mode & OTHERS) === 0 && stat.size <= 100;
    if (!isOwn) return { fault: `"${cookie}" is not a file of yours alone` };
    const [, key, pid] = COOKIE.exec(readFileSync(file, "latin1")) ?? [];
    return key === undefined || pid === undefined
      ? { fault: `"${cookie}" is damaged` }
      : { key: Buffer.from(key, "hex"), pid: Number(pid) };
  } finally {
    closeSync(file);
  }
}

export function cookieText(key: Uint8Array, pid: number): string {
  return `${Buffer.from(key).toString("hex")} ${pid}\n`;
}

/** Whether a socket of this user is there, and which: another one gets another text. */
export function socketAt({ socket }: Place, user = process.geteuid?.()): string | Fault | undefined {
  const stat = lookAt(socket);
  if (stat === undefined) return undefined;
  if (!stat.isSocket() || stat.uid !== user || (stat.mode & OTHERS) !== 0)
    return { fault: `"${socket}" is not a socket of yours alone` };
  return `${stat.dev} ${stat.ino} ${stat.ctimeMs}`;
}

function lookAt(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function textOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
