/** pass and its extension otp on the entries that `export pass` makes, with a real GnuPG key. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Totp } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, github } from "../helpers/accounts.ts";
import { computerIn } from "../helpers/binary.ts";
import { needs } from "../helpers/system-packages.ts";

const root = mkdtempSync(join(tmpdir(), "twinseed-pass-"));
const store = join(root, "store");
const env = { ...process.env, GNUPGHOME: join(root, "g"), PASSWORD_STORE_DIR: store };
const totp: Totp = { type: "totp", algorithm: "SHA256", digits: 8, period: 60 };
const plain: Totp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 };
const accounts = [
  { ...github, otp: plain },
  { ...aws, otp: plain },
  { ...github, issuer: "Ünï & Co", otp: totp },
];

const pass = (...args: readonly string[]) =>
  execFileSync("pass", args, { env, stdio: "pipe" }).toString().trim();
const computer = computerIn(join(root, "home"), {
  TWINSEED_STORE: "file",
  TWINSEED_KEY: Buffer.alloc(32, 7).toString("base64"),
  GNUPGHOME: env.GNUPGHOME,
});

describe.skipIf(!needs("gpg", "pass"))("pass otp (needs gpg, pass, pass-extension-otp)", () => {
  beforeAll(async () => {
    mkdirSync(env.GNUPGHOME, { mode: 0o700 });
    const make = [
      "--batch",
      "--passphrase",
      "",
      "--quick-generate-key",
      "test@example.org",
      "default",
      "default",
      "never",
    ];
    execFileSync("gpg", make, { env, stdio: "ignore" });
    pass("init", "test@example.org");
    const file = join(root, "uris.txt");
    writeFileSync(file, accounts.map((one) => formatOtpauthUri(one)).join("\n"));
    await computer.run(["import", file, "--yes"]);
  });

  afterAll(() => {
    execFileSync("gpgconf", ["--kill", "all"], { env, stdio: "ignore" });
    rmSync(root, { recursive: true, force: true });
  });

  it("makes the same codes of the entries", async () => {
    expect(await computer.run(["export", "pass", "--output", store])).toMatchObject({ exitCode: 0 });
    for (const one of accounts) {
      const near = [-1, 0, 1].map((distance) =>
        codeOf(one.secret, one.otp, stepAt(one.otp, Date.now()) + distance),
      );
      expect(near).toContain(pass("otp", `${one.issuer}/${one.label}`));
    }
  });

  it("into a folder of the store, whose own .gpg-id counts", async () => {
    mkdirSync(join(store, "team"));
    writeFileSync(join(store, "team", ".gpg-id"), "unknown@example.org\n");
    const { exitCode, stderr } = await computer.run(["export", "pass", "--output", join(store, "team")]);
    expect(stderr).toContain("unknown@example.org");
    expect(exitCode).toBe(1);
    expect(readdirSync(join(store, "team"))).toEqual([".gpg-id"]);
    mkdirSync(join(store, "mine"));
    await computer.run(["export", "pass", "--output", join(store, "mine")]);
    expect(existsSync(join(store, "mine", github.issuer, `${github.label}.gpg`))).toBe(true);
    expect(pass("otp", "uri", `mine/${github.issuer}/${github.label}`)).toBe(formatOtpauthUri(github));
  });
});
