/** The devices of the story: two programs that know nothing of twinseed, and a QR code that zbar reads from a picture of the screen. */
import { execFileSync } from "node:child_process";

export interface Authenticator {
  /** Six digits, at a time in milliseconds. */
  code(at: number): string;
}

/** RFC 6238 in a few lines of Python, from its standard library alone. */
const PYTHON = `
import base64, hmac, struct, sys
key, at = sys.stdin.read().split()
digest = hmac.new(base64.b32decode(key + "=" * (-len(key) % 8)), struct.pack(">Q", int(at) // 30), "sha1").digest()
start = digest[-1] & 15
print("%06d" % ((struct.unpack(">I", digest[start:start + 4])[0] & 0x7fffffff) % 10**6))
`;

const run = (command: string, args: readonly string[], input: string | Buffer): string =>
  execFileSync(command, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] }).trim();

const seconds = (at: number): number => Math.floor(at / 1000);

/** `key` is in base32, as it is in an otpauth URI. */
export const oathtool = (key: string): Authenticator => ({
  code: (at) => run("oathtool", ["--totp", "-N", `@${seconds(at)}`, "-b", "-"], key),
});

export const python = (key: string): Authenticator => ({
  code: (at) => run("python3", ["-c", PYTHON], `${key} ${seconds(at)}`),
});

/** The otpauth URI in the only QR code of a picture. */
export function scanned(png: Buffer): URL {
  const codes = run("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-"], png).split("\n");
  if (codes.length !== 1) throw new Error(`${codes.length} codes`);
  return new URL(codes[0] ?? "");
}

export const keyOf = (uri: URL): string => uri.searchParams.get("secret") ?? "";
