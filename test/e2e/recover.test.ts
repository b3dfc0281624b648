/** Follows docs/recover-without-twinseed.md to the letter: its commands, in bash, with the real age, jq and oathtool. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { type Lock, sealFile } from "../../src/backup/age-file.ts";
import { type BackupEntry, formatContent } from "../../src/backup/backup-content.ts";
import { readShare, splitKey } from "../../src/backup/shares.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, counting, github, odd, steam } from "../helpers/accounts.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { needs } from "../helpers/system-packages.ts";

const page = readFileSync(new URL("../../docs/recover-without-twinseed.md", import.meta.url), "utf8");
const createdAt = "2026-01-31T12:00:00.000Z";
const counted: Enrollment = { ...counting, otp: { type: "hotp", algorithm: "SHA1", digits: 6, counter: 3 } };
const hotp = (algorithm: "SHA1" | "SHA256" | "SHA512", digits: number, counter: number): Enrollment => {
  return { ...counting, label: `${algorithm} ${digits}`, otp: { type: "hotp", algorithm, digits, counter } };
};
const timed: readonly Enrollment[] = [
  github,
  aws,
  bank,
  { ...github, label: "seven", otp: { type: "totp", algorithm: "SHA1", digits: 7, period: 7 } },
  {
    ...github,
    label: String.raw`CORP\new\\table\0101`,
    otp: { type: "totp", algorithm: "SHA256", digits: 6, period: 60 },
  },
  { ...github, label: "secret=ABCD&x=%s  \\" },
];
const counters = [counted, hotp("SHA1", 7, 9_007_199_254_740_990), hotp("SHA1", 8, 0)];
/** What oathtool can't do. */
const others = [
  steam,
  odd,
  hotp("SHA256", 6, 3),
  hotp("SHA512", 8, 3),
  hotp("SHA1", 9, 3),
  hotp("SHA1", 5, 3),
];
const enrollments: readonly Enrollment[] = [...others, ...timed, ...counters];

const content = formatContent({
  createdAt,
  device: "vault",
  accounts: enrollments.map(entryOf),
  removed: [],
  devices: [{ id: "vault", name: "vault", kind: "backup", addedAt: createdAt, state: "active" }],
});

function entryOf(enrollment: Enrollment, i: number): BackupEntry {
  const { issuer, label, otp } = enrollment;
  const fields = { id: `account${i}`, name: nameOf(enrollment), issuer, label, otp };
  return { account: { ...fields, addedAt: createdAt, copies: [], fingerprint: "" }, enrollment };
}

function nameOf({ issuer, label }: Enrollment): string {
  return issuer === "" ? label : `${issuer}:${label}`;
}

/** The commands in the block with this name. */
function block(name: string): string {
  const [, commands] = new RegExp(`^\`\`\`bash ${name}\\n([^]*?)^\`\`\`$`, "m").exec(page) ?? [];
  if (commands === undefined) throw new Error(`the page has no commands "${name}"`);
  return commands;
}

async function folderWith(lock: Lock): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "backup.age"), await sealFile(content, lock, false));
  return folder;
}

function bash(folder: string, commands: readonly string[], input = ""): string {
  const env = { PATH: process.env.PATH ?? "", HOME: folder, LANG: "C.UTF-8", TERM: "xterm" };
  return execFileSync("bash", ["-c", `set -euo pipefail\n${commands.join("\n")}`], {
    cwd: folder,
    env,
    input,
    encoding: "utf8",
  });
}

function codesAt(now: number): string[] {
  return timed.map((one) => {
    const step = one.otp.type === "hotp" ? 0 : stepAt(one.otp, now);
    return `${codeOf(one.secret, one.otp, step)}  ${nameOf(one)}`;
  });
}

/** Expects only right codes, and each account once. A step may have ended while the codes were made. */
function expectCodes(out: string, before: number): void {
  const lines = [
    ...counters.map(
      (one) =>
        `${codeOf(one.secret, one.otp, one.otp.type === "hotp" ? one.otp.counter : 0)}  ${nameOf(one)}`,
    ),
    ...others.map(
      (one) =>
        `no code here: ${nameOf(one)} (${one.otp.type}, ${one.otp.algorithm}, ${one.otp.digits} digits)`,
    ),
    ...enrollments.map((one) => formatOtpauthUri(one)),
  ];
  const after = Date.now();
  const moments = Array.from({ length: Math.ceil((after - before) / 1000) + 1 }, (_, i) => before + i * 1000);
  const isRight = (line: string, i: number): boolean =>
    [...moments, after].some((now) => codesAt(now)[i] === line);
  const made = out.split("\n");
  expect(made.slice(timed.length)).toEqual([...lines, ""]);
  expect(made.slice(0, timed.length).filter((line, i) => !isRight(line, i))).toEqual([]);
}

const AFTER = ["codes", "counting", "rest", "uris"].map(block);

it("bash may put the text of a here-string into a temporary file: the page has none", () => {
  expect(page).not.toContain("<<<");
});

describe.skipIf(!needs("age", "jq", "oathtool", "bash", "python3"))(
  "the page (needs age, jq, oathtool, bash, python3)",
  () => {
    it("with an identity", async () => {
      const identity = await generateX25519Identity();
      const recipient = await identityToRecipient(identity);
      const folder = await folderWith({ kind: "recipients", recipients: [recipient] });
      writeFileSync(join(folder, "key.txt"), `${identity}\n`);
      const before = Date.now();
      expectCodes(bash(folder, [block("identity"), ...AFTER]), before);
    });

    it("with shares", async () => {
      const key = Uint8Array.from(createHash("sha256").update("a recovery key").digest());
      const folder = await folderWith({ kind: "recovery-key", key });
      const shares = await splitKey(key, 2, 3);
      const typed = await Promise.all(shares.slice(1).map(({ words }) => readShare(words.join(" "))));
      // Any other SLIP-39 tool does the same.
      const { default: Slip39 } = await import("slip39");
      const texts = typed.map(({ words }) => words.join(" "));
      const secret = Buffer.from(Slip39.recoverSecret(texts)).toString("hex");
      const before = Date.now();
      expectCodes(bash(folder, [block("script"), block("shares"), ...AFTER], `${secret}\n`), before);
    });

    describe.skipIf(!needs("script"))("at a terminal (needs script)", () => {
      it("with a passphrase", async () => {
        const lock = { kind: "passphrase", passphrase: "ten words of my own", unsafeWorkFactor: 10 } as const;
        const folder = await folderWith(lock);
        writeFileSync(
          join(folder, "steps.sh"),
          `set -euo pipefail\n${[block("passphrase"), "exec >out.txt", ...AFTER].join("\n")}`,
        );
        const before = Date.now();
        // age prompts on the terminal; it must be ready before anything is typed.
        bash(folder, [
          "(sleep 1; echo 'ten words of my own'; sleep 1) | script -qec 'bash steps.sh' /dev/null",
        ]);
        expectCodes(readFileSync(join(folder, "out.txt"), "utf8"), before);
      });
    });
  },
);
