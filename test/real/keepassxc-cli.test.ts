/**
 * KeePassXC itself on what is written for it. Its command line imports XML only, so the CSV's rows are handed to it as XML:
 * what is tested is that it makes the same codes of them, and that it opens what was made here for `kdbx`.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rowsOf } from "../../src/formats/csv-table.ts";
import { kdbx } from "../../src/formats/kdbx.ts";
import { keepassxcCsv } from "../../src/formats/keepassxc-csv.ts";
import { type Enrollment, type OtpParameters, STEAM } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { Secret } from "../../src/otp/secret.ts";
import { whereIs } from "../helpers/system-packages.ts";

const PASSWORD = "open sesame";
const totp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 } as const;

function enrollment(otp: OtpParameters, bytes = 20): Enrollment {
  return {
    issuer: "A & B",
    label: "",
    otp,
    secret: Secret.of(Uint8Array.from({ length: bytes }, (_, i) => i * 7 + 1)),
  };
}

const written: readonly Enrollment[] = [
  enrollment(totp),
  enrollment({ ...totp, algorithm: "SHA256", digits: 8, period: 60 }),
  enrollment({ ...totp, algorithm: "SHA512", digits: 7, period: 15 }),
  enrollment({ ...totp, digits: 5, period: 10 }),
  enrollment({ ...totp, digits: 9 }),
  enrollment(STEAM),
  ...[1, 2, 3, 4, 7, 11, 40, 108].map((bytes) => enrollment(totp, bytes)),
];

describe.skipIf(whereIs("keepassxc-cli") === undefined)("KeePassXC (needs keepassxc-cli)", () => {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-keepassxc-"));
  const database = join(folder, "db.kdbx");
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    const options = { random: () => new Uint8Array(), now: 1_700_000_000_000 };
    const rows = await rowsOf(String(await keepassxcCsv.writer?.write(written, options)), ",");
    const entries = rows.slice(1, 1 + written.length).map((row, i) => entryOf(`e${i}`, row[6] ?? ""));
    const xml = `<KeePassFile><Meta/><Root><Group><Name>Root</Name>${entries.join("")}</Group></Root></KeePassFile>`;
    writeFileSync(join(folder, "in.xml"), xml);
    run(["import", "-q", "-p", "-t", "100", join(folder, "in.xml"), database], `${PASSWORD}\n${PASSWORD}\n`);
  });

  it.each(written.map((one, i) => ({ i, ...one.otp, bytes: one.secret.reveal().length, one })))(
    "shows the same code: $type $algorithm $digits $period, $bytes bytes",
    ({ i, one }) => {
      const before = codeNow(one);
      const shown = run(["show", "-q", "-t", database, `e${i}`], `${PASSWORD}\n`).trim();
      expect([before, codeNow(one)]).toContain(shown);
    },
  );

  it("opens the KDBX file, and shows the same codes", async () => {
    const names = written.map((_, i) => `account ${i}`);
    const own = written.map((one, i) => ({ ...one, issuer: `e${i}` }));
    const options = { random: randomBytes, now: 1_700_000_000_000, passphrase: PASSWORD, names };
    const content = await kdbx.writer?.write(own, options);
    const file = join(folder, "written.kdbx");
    writeFileSync(file, content ?? "");
    expect(run(["db-info", "-q", file], `${PASSWORD}\n`)).toContain("Argon2id");
    for (const [i, one] of written.entries()) {
      const before = codeNow(one);
      const shown = run(["show", "-q", "-t", file, `e${i}`], `${PASSWORD}\n`).trim();
      expect([before, codeNow(one)]).toContain(shown);
    }
  });

  it.each(["twofish", "version-3", "aes-kdf-4", "argon2d-chacha20", "argon2id-many-threads"])(
    "opens %s.kdbx",
    (name) => {
      const file = fileURLToPath(new URL(`../fixtures/formats/kdbx/${name}.kdbx`, import.meta.url));
      expect(run(["ls", "-q", file], `${PASSWORD}\n`)).toContain("GitHub\n");
    },
  );
});

function entryOf(title: string, otp: string): string {
  const field = (key: string, value: string) => `<String><Key>${key}</Key><Value>${value}</Value></String>`;
  return `<Entry>${field("Title", title)}${field("otp", otp.replaceAll("&", "&amp;"))}</Entry>`;
}

function codeNow({ otp, secret }: Enrollment): string {
  return codeOf(secret, otp, otp.type === "hotp" ? otp.counter : stepAt(otp, Date.now()));
}

function run(args: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync("keepassxc-cli", args, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`keepassxc-cli ${args[0]}: ${stderr}`);
  return stdout;
}
