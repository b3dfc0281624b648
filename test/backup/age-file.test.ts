/** The file around a backup: locked, opened, and what hostile ones ask for. */
import { createHash } from "node:crypto";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { inspectFile, openFile, sealFile, WrongOpener } from "../../src/backup/age-file.ts";
import { checkRecipient, identitiesIn, recipientsIn } from "../../src/backup/age-keys.ts";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { ageHeader, cheapLock } from "../helpers/backups.ts";

const key = Uint8Array.from(createHash("sha256").update("a recovery key").digest());

async function errorOf(work: () => Promise<unknown>): Promise<UserError> {
  const error = await work().catch((error: unknown) => error);
  if (!(error instanceof UserError)) throw new Error(`no UserError: ${String(error)}`);
  return error;
}

describe("locked with a passphrase", () => {
  it.each([false, true])(
    "armored: %s; white space and Unicode form of the passphrase don't count",
    async (armored) => {
      const bytes = await sealFile("content", cheapLock("Ünïcode 1 2"), armored);
      expect(Buffer.from(bytes).toString("latin1").startsWith("-----BEGIN AGE")).toBe(armored);
      expect(await inspectFile(bytes)).toBe("passphrase");
      const passphrase = ` ${"Ünïcode 1 2".normalize("NFD")}\n`;
      expect(await openFile(bytes, { kind: "passphrase", passphrase })).toBe("content");
    },
  );

  it("the wrong one is said, the others too", async () => {
    const bytes = await sealFile("content", cheapLock("right"), false);
    await expect(openFile(bytes, { kind: "passphrase", passphrase: "wrong" })).rejects.toThrow(WrongOpener);
    await expect(openFile(bytes, { kind: "recovery-key", key })).rejects.toThrow(WrongOpener);
  });
});

it("locked with a recovery key: its 32 bytes are the identity", async () => {
  const bytes = await sealFile("content", { kind: "recovery-key", key }, false);
  expect(await inspectFile(bytes)).toBe("key");
  expect(await openFile(bytes, { kind: "recovery-key", key })).toBe("content");
  const other = Uint8Array.from(key, (byte) => byte ^ 1);
  // X25519 ignores three bits of a key: the lowest ones of its first byte.
  other[5] = (other[5] ?? 0) ^ 1;
  await expect(openFile(bytes, { kind: "recovery-key", key: other })).rejects.toThrow(WrongOpener);
});

it("locked for recipients: each of them opens it, others don't", async () => {
  const identities = await Promise.all([1, 2, 3].map(() => generateX25519Identity()));
  const [first = "", second = "", third = ""] = identities;
  const recipients = await Promise.all([first, second].map((one) => identityToRecipient(one)));
  const bytes = await sealFile("content", { kind: "recipients", recipients }, true);
  expect(await openFile(bytes, { kind: "identities", identities: [third, second] })).toBe("content");
  await expect(openFile(bytes, { kind: "identities", identities: [third] })).rejects.toThrow(WrongOpener);
});

describe("hostile files are refused before they cost anything (exit 5)", () => {
  const files: [string, Uint8Array | Promise<Uint8Array>][] = [
    ["empty", Buffer.from("")],
    ["text", Buffer.from("hello\n")],
    ["a header that never ends", Buffer.from(`age-encryption.org/v1\n-> X25519 ${"a".repeat(1_000_000)}`)],
    ["scrypt with N = 2^30", ageHeader("scrypt c2FsdHNhbHRzYWx0c2FsdA 30")],
    ["scrypt with N = 2^21", ageHeader("scrypt c2FsdHNhbHRzYWx0c2FsdA 21")],
    ["scrypt with an odd factor", ageHeader("scrypt c2FsdHNhbHRzYWx0c2FsdA 1e1")],
    ["scrypt without a factor", ageHeader("scrypt c2FsdHNhbHRzYWx0c2FsdA")],
    ["1000 recipients", ageHeader(...Array.from({ length: 1000 }, () => "X25519 AAAA"))],
    ["armor around nothing", Buffer.from("-----BEGIN AGE ENCRYPTED FILE-----\n")],
    ["armor cut off", sealFile("x", cheapLock("x"), true).then((bytes) => bytes.subarray(0, 150))],
  ];
  it.each(files)("%s", async (_, file) => {
    const begin = performance.now();
    const error = await errorOf(async () => inspectFile(await file));
    expect(error.exitCode).toBe(ExitCode.unreadable);
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  it("damaged at any place: exit 5, never half of it", async () => {
    const bytes = await sealFile("content ".repeat(20), cheapLock("pass"), false);
    const read = async (damaged: Uint8Array) => {
      await inspectFile(damaged);
      return openFile(damaged, { kind: "passphrase", passphrase: "pass" });
    };
    for (let at = 0; at < bytes.length; at += 3) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 4;
      expect((await errorOf(() => read(damaged))).exitCode).toBe(ExitCode.unreadable);
      expect((await errorOf(() => read(bytes.subarray(0, at)))).exitCode).toBe(ExitCode.unreadable);
    }
  });

  it("a recipient whose key is no key", async () => {
    const zero = Buffer.alloc(32).toString("base64").replace(/=+$/, "");
    const bytes = ageHeader(`X25519 ${zero}`);
    expect((await errorOf(() => openFile(bytes, { kind: "recovery-key", key }))).exitCode).toBe(5);
  });
});

describe("keys as people give them", () => {
  it("a recipients file: comments and empty lines don't count; what is no recipient is named by its line", async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    expect(await recipientsIn(`# mine\n\n${recipient}\r\n`, "file")).toEqual([recipient]);
    expect((await errorOf(() => recipientsIn(`${recipient}\nssh-ed25519 AAAA`, "file"))).message).toContain(
      "line 2",
    );
    expect((await errorOf(() => recipientsIn("# none\n", "file"))).exitCode).toBe(2);
  });

  it("an identity in the place of a recipient is refused without being quoted", async () => {
    const identity = await generateX25519Identity();
    const error = await errorOf(() => checkRecipient(identity, "the recipient"));
    expect(error.message).toBe(
      "the recipient is an identity, the secret half: use its recipient instead, age1…",
    );
    const typo = (await identityToRecipient(identity)).replace(/.$/, "b").replace(/.{3}$/, "qqq");
    expect((await errorOf(() => checkRecipient(typo, "it"))).message).toContain("missing or wrong");
  });

  it("an identity file as age-keygen writes it; locked ones, ssh keys and junk are named", async () => {
    const identity = await generateX25519Identity();
    expect(await identitiesIn(`# created: now\n# public key: age1…\n${identity}\n`, "file")).toEqual([
      identity,
    ]);
    expect((await errorOf(() => identitiesIn("age-encryption.org/v1\n", "file"))).message).toContain(
      "locked",
    );
    const junk = await errorOf(() =>
      identitiesIn(`${identity}\n-----BEGIN OPENSSH PRIVATE KEY-----\n`, "file"),
    );
    expect(junk.message).toBe("line 2 of file is not a supported identity");
    const cut = await errorOf(() => identitiesIn(identity.slice(0, -1), "file"));
    expect([cut.exitCode, cut.message.includes(identity.slice(20, 40))]).toEqual([5, false]);
  });
});
