/** The operations on a home, each as a command line and as its effect on the model (World). */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sealFile } from "../../src/backup/age-file.ts";
import { type BackupEntry, formatContent } from "../../src/backup/backup-content.ts";
import type { Device } from "../../src/ledger/account.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { newId } from "../../src/ledger/id.ts";
import type { Enrollment, OtpParameters, Totp } from "../../src/otp/enrollment.ts";
import { codeOf } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import type { StoreKind } from "../../src/settings/config-file.ts";
import type { Meeting } from "./process.ts";
import { changed, type Step, type World } from "./world.ts";

export interface Operation extends Step {
  readonly args: readonly string[];
  readonly stdin?: string;
  /** Matches its output once it is done. */
  readonly report: RegExp;
  /** If it prints codes: the account's id, and how many codes. */
  readonly codes?: { readonly of: string; readonly amount: number };
  /** Can be repeated after a kill, and then does what is left to do. */
  readonly isRepeatable?: true;
  /** It waits until other processes have reached the same point. */
  readonly meeting?: Meeting;
  /** It is never killed. */
  readonly isSpared?: true;
}

export interface Known {
  readonly id: string;
  /** Its key in the World. */
  readonly key: string;
  readonly name: string;
}

export interface Tools {
  random(): number;
  /** A name that has not been used before. */
  fresh(kind: string): string;
  /** For files that commands read. */
  readonly folder: string;
  readonly age: { readonly recipient: string; readonly identityFile: string };
}

/** The key in the World under which the seed store in use is recorded. */
export const STORE = "store";

const TOTP: Totp = { type: "totp", algorithm: "SHA1", digits: 9, period: 30 };
const HERE = "here";
const REMOVED = "removed";

/** Identifies an account: a code of its seed, whatever its type. */
export function keyOf({ secret }: Pick<Enrollment, "secret">): string {
  return `seed ${codeOf(secret, { ...TOTP, digits: 10 }, 1)}`;
}

export const deviceKey = (name: string): string => `device ${name}`;
export const stateOf = (name: string, isRemoved: boolean): string => `${isRemoved ? REMOVED : HERE} ${name}`;

export function newEnrollment({ random, fresh }: Tools, otp: OtpParameters = TOTP): Enrollment {
  const secret = Secret.of(Uint8Array.from({ length: 20 }, () => Math.floor(random() * 256)));
  return { issuer: "", label: fresh("account"), otp, secret };
}

/** Adds each of them once, however often this is repeated. */
function arrive(world: World, enrollments: readonly Enrollment[]): World {
  const missing = enrollments.filter((one) => !world.has(keyOf(one)));
  return changed(world, ...missing.map((one) => [keyOf(one), stateOf(one.label, false)] as const));
}

export function add(enrollments: readonly Enrollment[]): Operation {
  return {
    args: ["add", "-"],
    stdin: enrollments.map((one) => formatOtpauthUri(one)).join("\n"),
    report: new RegExp(`"${enrollments.at(-1)?.label}"`),
    touches: enrollments.map(keyOf),
    apply: (world) => arrive(world, enrollments),
    isRepeatable: true,
  };
}

export function importFile(enrollments: readonly Enrollment[], { fresh, folder }: Tools): Operation {
  const file = join(folder, fresh("export"));
  writeFileSync(file, `${enrollments.map((one) => formatOtpauthUri(one)).join("\n")}\n`);
  return {
    args: ["import", file, "--yes"],
    report: /^twinseed: imported /m,
    touches: enrollments.map(keyOf),
    apply: (world) => arrive(world, enrollments),
    isRepeatable: true,
  };
}

/** Restores another computer's backup: first its device appears, then all its accounts. */
export async function restoreBackup(enrollments: readonly Enrollment[], tools: Tools): Promise<Operation> {
  const name = tools.fresh("backup");
  const file = join(tools.folder, name);
  await writeBackup(file, name, enrollments, tools);
  const withDevice = (world: World): World => changed(world, [deviceKey(name), "active"]);
  return {
    args: ["backup", "restore", file, "-i", tools.age.identityFile, "--yes"],
    report: /^twinseed: restored /m,
    touches: [deviceKey(name), ...enrollments.map(keyOf)],
    apply: (world) => arrive(withDevice(world), enrollments),
    parts: [withDevice],
    isRepeatable: true,
  };
}

export async function writeBackup(
  file: string,
  name: string,
  enrollments: readonly Enrollment[],
  tools: Tools,
): Promise<void> {
  const bytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => Math.floor(tools.random() * 256));
  const at = new Date().toISOString();
  const device: Device = { id: newId(bytes), name, kind: "backup", addedAt: at, state: "active" };
  const accounts = enrollments.map((enrollment): BackupEntry => {
    const { issuer, label, otp, secret } = enrollment;
    const fingerprint = fingerprintOf(secret, bytes);
    const copies = [{ device: device.id, addedAt: at }];
    const account = { id: newId(bytes), name: label, issuer, label, otp, addedAt: at, copies, fingerprint };
    return { account, enrollment };
  });
  const content = { createdAt: at, device: device.id, accounts, removed: [], devices: [device] };
  const lock = { kind: "recipients", recipients: [tools.age.recipient] } as const;
  writeFileSync(file, await sealFile(formatContent(content), lock, false));
}

export function replace(old: Known, wanted: Enrollment): Operation {
  return {
    args: ["add", "-", "--replace", "--name", old.name],
    stdin: formatOtpauthUri(wanted),
    report: /replaced "|already/,
    touches: [old.key, keyOf(wanted)],
    apply: (world) =>
      world.has(keyOf(wanted))
        ? world
        : changed(world, [old.key, stateOf(old.name, true)], [keyOf(wanted), stateOf(old.name, false)]),
  };
}

export function rename({ id, key }: Known, { fresh }: Tools): Operation {
  const name = fresh("renamed");
  return {
    args: ["rename", id, name],
    report: /renamed "/,
    touches: [key],
    apply: (world) => (isThere(world, key) ? changed(world, [key, stateOf(name, false)]) : undefined),
  };
}

export function remove({ id, key }: Known): Operation {
  return {
    args: ["remove", id, "--yes"],
    report: /removed "/,
    touches: [key],
    apply: (world) =>
      isThere(world, key) ? changed(world, [key, stateOf(nameIn(world, key), true)]) : undefined,
  };
}

/** While this runs, the account may already have its new name but still be among the removed ones. */
export function restore({ id, key }: Known, { fresh }: Tools): Operation {
  const name = fresh("restored");
  const to = (isRemoved: boolean) => (world: World) =>
    isThere(world, key) ? undefined : changed(world, [key, stateOf(name, isRemoved)]);
  return {
    args: ["restore", id, "--name", name],
    report: /restored "/,
    touches: [key],
    apply: to(false),
    parts: [to(true)],
  };
}

export function addDevice({ fresh }: Tools): Operation {
  const name = fresh("phone");
  return {
    args: ["device", "add", name, "--kind", "phone"],
    report: /added device/,
    touches: [deviceKey(name)],
    apply: (world) => (world.has(deviceKey(name)) ? undefined : changed(world, [deviceKey(name), "active"])),
  };
}

/** Prints a code of a counter-based account, or one that no other process gets. Does not change the World. */
export function code({ id }: Known, ...options: readonly ("--once" | "--no-wait" | "--pair")[]): Operation {
  const amount = options.includes("--pair") ? 2 : 1;
  return {
    args: ["code", id, ...options],
    report: amount === 2 ? /^\d{9}\n\d{9}\n/ : /^\d{9}\n/,
    touches: [],
    apply: (world) => world,
    codes: { of: id, amount },
  };
}

const RACERS = 3;

/** Several commands that want the same current code, and all see that it is free before the first of them takes it. */
export function race(of: Known, tools: Tools): Operation[] {
  const one: Operation = { ...code(of, "--once", "--no-wait"), isSpared: true };
  return meeting("/steps/", Array<Operation>(RACERS).fill(one), tools);
}

/** Makes all of them read the current state before the first of them changes anything. */
export function meeting(at: string, list: readonly Operation[], { folder, fresh }: Tools): Operation[] {
  const place = { folder: join(folder, fresh("meeting")), at, of: list.length };
  mkdirSync(place.folder);
  return list.map((one) => ({ meeting: place, ...one }));
}

/** The World does not record where each seed is during a move: all of them can be read the whole time. */
export function moveStore(to: StoreKind): Operation {
  return {
    args: ["store", "move", to],
    report: /moved \d+ seeds? to the|the seeds are already in the \w+ store/,
    touches: [STORE],
    apply: (world) => changed(world, [STORE, to]),
    isRepeatable: true,
  };
}

/** Also brings in what the other homes have done: see shared.ts. */
export function sync(...options: readonly string[]): Operation {
  return {
    args: ["sync", ...options],
    report: /already up to date|nothing to push|pushed local changes|send this line to a member/,
    touches: [],
    apply: (world) => world,
  };
}

/** `line`: what the new computer printed. */
export function addMember(line: string): Operation {
  return {
    args: ["store", "members", "add", line, "--yes"],
    report: /is a member now|already a member/,
    touches: [],
    apply: (world) => world,
  };
}

/** Restores into a new home, in a folder that does not exist yet. */
export async function restoreInto(
  into: string,
  enrollments: readonly Enrollment[],
  tools: Tools,
): Promise<Operation> {
  const { args, ...others } = await restoreBackup(enrollments, tools);
  return { ...others, args: [...args, "--into", into] };
}

function isThere(world: World, key: string): boolean {
  return world.get(key)?.startsWith(`${HERE} `) ?? false;
}

function nameIn(world: World, key: string): string {
  return world.get(key)?.slice(HERE.length + 1) ?? "";
}
