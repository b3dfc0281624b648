import { inspectFile, openFile, sealFile } from "../../../src/backup/age-file.ts";
import { formatContent, parseContent } from "../../../src/backup/backup-content.ts";
import { ExitCode } from "../../../src/base/errors.ts";
import type { Account } from "../../../src/ledger/account.ts";
import type { Enrollment } from "../../../src/otp/enrollment.ts";
import { aws, bank, counting, steam } from "../../helpers/accounts.ts";
import { cheapLock } from "../../helpers/backups.ts";
import { assertThat, type Sample, type Target } from "../target.ts";

const THEN = "2026-01-02T03:04:05.000Z";
const IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const PASSPHRASE = "open sesame";
/** The work factor, as a logarithm: files with a higher one are inspected, but not opened here. */
const CHEAP = 12;

function entry(id: string, enrollment: Enrollment, more: Partial<Account> = {}) {
  const { secret: _, ...what } = enrollment;
  const copies = [{ device: "d1", addedAt: THEN }];
  return { account: { id, name: id, ...what, addedAt: THEN, copies, fingerprint: "", ...more }, enrollment };
}

const text = formatContent({
  createdAt: THEN,
  device: "d2",
  accounts: [entry("abc2", aws), entry("xyz7", counting, { mfaSerial: "arn:aws:iam::123456789012:mfa/x" })],
  removed: [
    entry("gone5", bank, { removedAt: THEN, replacedBy: "abc2" }),
    entry("gone6", steam, { removedAt: THEN }),
  ],
  devices: [
    { id: "d1", name: "phone", kind: "phone", addedAt: THEN, state: "active" },
    { id: "d2", name: "backup", kind: "backup", addedAt: THEN, state: "active" },
  ],
});

const content: Target = {
  name: "backup-content",
  refusals: [ExitCode.unreadable],
  samples: async () => [{ name: "content", bytes: Buffer.from(text) }],
  async take(input) {
    const { content: read, faults } = parseContent(input.toString());
    const again = parseContent(formatContent(read));
    assertThat(again.faults.length === 0, `written, it has faults: ${again.faults.join("; ")}`);
    assertThat(formatContent(again.content) === formatContent(read), "not the same after writing");
    // A fault quotes an account's name, and a change may have put anything there.
    const said = faults.map((fault) => fault.replace(/ \("[\s\S]*"\)/, ""));
    return { outcome: faults.length > 0 ? "read, some left out" : "read", said };
  },
};

const file: Target = {
  name: "backup-file",
  refusals: [ExitCode.unreadable],
  isBinary: true,
  async samples() {
    const { identityToRecipient } = await import("age-encryption");
    const recipients = [await identityToRecipient(IDENTITY)];
    const key = { kind: "recipients", recipients } as const;
    const made = async (
      name: string,
      lock: Parameters<typeof sealFile>[1],
      armored: boolean,
    ): Promise<Sample> => ({
      name,
      bytes: Buffer.from(await sealFile(text, lock, armored)),
    });
    const lock = cheapLock(PASSPHRASE);
    return Promise.all([
      made("passphrase", lock, false),
      made("passphrase armored", lock, true),
      made("recipient", key, false),
      made("recipient armored", key, true),
    ]);
  },
  async take(input, { name }) {
    const kind = await inspectFile(input);
    const work = Number(/^-> scrypt \S+ (\d+)$/m.exec(unarmored(input))?.[1] ?? "0");
    if (kind === "passphrase" && work > CHEAP) return { outcome: "costly" };
    const opened = await openFile(
      input,
      name.startsWith("passphrase")
        ? { kind: "passphrase", passphrase: PASSPHRASE }
        : { kind: "identities", identities: [IDENTITY] },
    );
    assertThat(opened === text, "a change was not noticed");
    return { outcome: "read" };
  },
};

function unarmored(input: Buffer): string {
  const letters = input.toString("latin1");
  const lines = /-----\r?\n([\s\S]*?)-----/.exec(letters)?.[1];
  return lines === undefined ? letters : Buffer.from(lines, "base64").toString("latin1");
}

export const backupTargets: readonly Target[] = [content, file];
