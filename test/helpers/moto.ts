/** moto's AWS with strict-moto.py in front of it, and both AWS CLIs, for tests of the real program. Skip by `without`. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BIN, type Computer, computerIn, ROOT } from "./binary.ts";

export interface MotoDevice {
  readonly serial: string;
  readonly seed: string;
  readonly user: string | null;
  readonly last: number;
  readonly drift: number;
}

export interface MotoRequest {
  readonly action: string;
  readonly user: string;
  readonly params: Readonly<Record<string, string>>;
  readonly done: boolean;
}

export interface MotoFault {
  readonly action: string;
  readonly user?: string;
  readonly when?: "before" | "after";
  /** Seconds. */
  readonly delay?: number;
  readonly drop?: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly times?: number;
}

export interface Moto {
  readonly url: string;
  addUser(user: {
    name: string;
    path?: string;
    needsMfa?: boolean;
    /** Actions, as policies name them; without, all are allowed. */
    allowed?: readonly string[];
    password?: boolean;
    /** ISO 8601, of the access key. */
    keySince?: string;
  }): Promise<{ key: string; secret: string }>;
  addRole(role: { arn: string; mfa?: boolean; externalId?: string; most?: number }): Promise<void>;
  /** A device that is enabled for the user, if there is one. */
  addDevice(device: {
    name: string;
    user?: string;
    drift?: number;
  }): Promise<{ serial: string; seed: string }>;
  /** Keys of a session with MFA. */
  addSession(of: {
    user: string;
  }): Promise<{ AccessKeyId: string; SecretAccessKey: string; SessionToken: string }>;
  /** Root's virtual devices, in place of those that it had. */
  setRoot(devices: readonly string[]): Promise<{ devices: readonly { serial: string; seed: string }[] }>;
  /** Deactivates and deletes a device. */
  forget(serial: string): Promise<void>;
  forgetUser(name: string): Promise<void>;
  /** An organization with a member that is closed. */
  addOrganization(): Promise<{ closed: string }>;
  addFault(fault: MotoFault): Promise<void>;
  state(): Promise<{ devices: readonly MotoDevice[]; requests: readonly MotoRequest[] }>;
  close(): void;
}

/** The Python that has a package: the one that is first on PATH, or the system's. */
function pythonWith(modules: string): string | undefined {
  for (const python of ["python3", "/usr/bin/python3"]) {
    const found = spawnSync(python, ["-c", `import sys, ${modules}; print(sys.executable)`], {
      encoding: "utf8",
    });
    if (found.status === 0) return found.stdout.trim();
  }
  return undefined;
}

const MOTO = pythonWith("moto.moto_server.werkzeug_app");
const CLI_1 = pythonWith("awscli.clidriver, botocore, colorama");

/** How to start each CLI, by its major version. */
export const CLIS: Readonly<Record<string, string>> = {
  ...(CLI_1 === undefined ? {} : { "1": `"${CLI_1}" -m awscli` }),
  ...(existsSync("/usr/bin/aws") && isVersion2("/usr/bin/aws") ? { "2": "/usr/bin/aws" } : {}),
};

function isVersion2(aws: string): boolean {
  return spawnSync(aws, ["--version"], { encoding: "utf8" }).stdout.startsWith("aws-cli/2.");
}

/** moto is no package of Debian's, so tests skip without it, in CI too. */
export const hasMoto = MOTO !== undefined;

export async function startMoto(): Promise<Moto> {
  const server = spawn(MOTO ?? "", [join(ROOT, "test/helpers/strict-moto.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const url = `http://127.0.0.1:${await firstLine(server)}`;
  const ask = async (what: string, given: unknown = {}) => {
    const answer = await fetch(`${url}/strict/${what}`, { method: "POST", body: JSON.stringify(given) });
    return JSON.parse(await answer.text());
  };
  return {
    url,
    addUser: (user) => ask("user", user),
    addRole: (role) => ask("role", role),
    addDevice: (device) => ask("device", device),
    addSession: (of) => ask("session", of),
    setRoot: (devices) => ask("root", { devices }),
    forget: (serial) => ask("forget", { serial }),
    forgetUser: (name) => ask("forget-user", { name }),
    addOrganization: () => ask("organization"),
    addFault: (fault) => ask("fault", fault),
    state: () => ask("state"),
    close: () => server.kill(),
  };
}

function firstLine({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    stdout?.once("data", (text: Buffer) => resolve(text.toString().trim()));
    stdout?.once("close", () => reject(new Error("moto did not start")));
  });
}

const folders: string[] = [];
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

export interface MotoComputer extends Computer {
  writeConfig(text: string): void;
}

/** A computer with one of the CLIs, and the keys of these users in profiles of their names. */
export function computerAt(
  { url }: Moto,
  version: string,
  keys: Readonly<Record<string, { key: string; secret: string }>>,
  env: Readonly<Record<string, string>> = { TWINSEED_KEY: randomBytes(32).toString("base64") },
): MotoComputer {
  const home = mkdtempSync(join(tmpdir(), "twinseed-moto-"));
  folders.push(home);
  const bin = join(home, "bin");
  mkdirSync(bin);
  mkdirSync(join(home, ".aws"));
  // CLI 2.9 knows no AWS_ENDPOINT_URL.
  const script = (command: string): string => `#!/bin/sh\nexec ${command}\n`;
  writeFileSync(join(bin, "aws"), script(`${CLIS[version]} "$@" --endpoint-url ${url}`), { mode: 0o755 });
  writeFileSync(join(bin, "twinseed"), script(`"${process.execPath}" "${BIN}" "$@"`), { mode: 0o755 });
  symlinkSync("/bin/true", join(bin, "lsb_release"));
  const credentials = Object.entries(keys).map(
    ([name, { key, secret }]) => `[${name}]\naws_access_key_id = ${key}\naws_secret_access_key = ${secret}\n`,
  );
  writeFileSync(join(home, ".aws", "credentials"), credentials.join(""));
  const computer = computerIn(home, {
    PATH: `${bin}:/usr/bin:/bin`,
    TWINSEED_STORE: "file",
    TMPDIR: home,
    AWS_ENDPOINT_URL: url,
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    NO_PROXY: "*",
    ...env,
  });
  return { ...computer, writeConfig: (text) => writeFileSync(join(home, ".aws", "config"), text) };
}

/** Resolves once AWS has this request of this user, and has done what it asks for if `isDone`. */
export async function requested(moto: Moto, user: string, action: string, isDone: boolean): Promise<void> {
  for (;;) {
    const { requests } = await moto.state();
    if (requests.some((one) => one.user === user && one.action === action && (one.done || !isDone))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Every code that AWS was sent for a user, in order. */
export async function codesOf(moto: Moto, user: string): Promise<string[]> {
  const { requests } = await moto.state();
  return requests
    .filter((one) => one.user === user)
    .flatMap(({ params }) => [params.AuthenticationCode1, params.AuthenticationCode2, params.TokenCode])
    .filter((code) => code !== undefined);
}
