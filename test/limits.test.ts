/**
 * Each limit of src/base/limits.ts at its border: input at the limit is accepted, one more is refused. Where input of that size would
 * take long to make, the limits are smaller here; docs/limits.md has the real ones. Keys are not derived, only requested.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { inspectFile } from "../src/backup/age-file.ts";
import { ExitCode, faultOf, UserError } from "../src/base/errors.ts";
import { parseJson } from "../src/base/untrusted-json.ts";
import { rowsOf } from "../src/formats/csv-table.ts";
import { foreignText, openForeignFile } from "../src/formats/foreign-file.ts";
import { readMigrationUri } from "../src/formats/google-migration.ts";
import { gunzip } from "../src/formats/gunzip.ts";
import { formatOf } from "../src/formats/index.ts";
import { aesKdfKey, argon2Key, pbkdf2Key, scryptKey } from "../src/formats/kdf.ts";
import { readUriList } from "../src/formats/otpauth-list.ts";
import { parseXml } from "../src/formats/xml.ts";
import { readMember, readMembers } from "../src/formats/zip.ts";
import { checkImage } from "../src/images/image-header.ts";
import { parseAccount } from "../src/ledger/account-file.ts";
import { totp } from "../src/library.ts";
import { type Entry, formatEntry, parseEntry } from "../src/members/entry.ts";
import { formatBase32 } from "../src/otp/base32.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../src/otp/otpauth-uri.ts";
import { codesIn, noteTextOf } from "../src/otp/plain-note.ts";
import { Secret } from "../src/otp/secret.ts";
import type { WorkTree } from "../src/ports/user-git.ts";
import { openAgeSlots, sealForRecipient } from "../src/seeds/file/age-slots.ts";
import { newDataKey } from "../src/seeds/file/data-key.ts";
import { COST, costFault } from "../src/seeds/file/scrypt.ts";
import { slotsIn } from "../src/seeds/file/slots.ts";
import { formatContent, NOTHING as NO_NOTE } from "../src/seeds/notes/note-content.ts";
import { formatNoteFile, parseNoteFile, sealNote } from "../src/seeds/notes/note-file.ts";
import { knownOf } from "../src/sync/commit-content.ts";
import { snapshot } from "../src/sync/shared-files.ts";
import { readRegular } from "../src/system/disk/regular-file.ts";
import { readSecretFile } from "../src/system/disk/secret-file.ts";
import { awsCli } from "../src/system/programs/run-aws.ts";
import { userYkman } from "../src/system/programs/run-ykman.ts";
import type { World } from "../src/world.ts";
import { github } from "./helpers/accounts.ts";
import { ageHeader } from "./helpers/backups.ts";
import { memoryFolder } from "./helpers/memory-folder.ts";
import { only } from "./helpers/only.ts";
import { rawZip } from "./helpers/raw-zip.ts";
import { testCli } from "./helpers/test-cli.ts";

const KIB = 1024;

vi.mock("../src/base/limits.ts", async (original) => {
  const real = await original<typeof import("../src/base/limits.ts")>();
  const small = {
    bytes: 65_536,
    textBytes: 16_384,
    rows: 100,
    entries: 10,
    xmlTags: 50,
    lockedFiles: 2,
    zipMembers: 9,
  };
  return { ...real, LIMITS: { ...real.LIMITS, ...small } };
});
vi.mock("../src/formats/derivations.ts", () => ({
  derivePbkdf2: async () => Buffer.alloc(32),
  deriveScrypt: async () => Buffer.alloc(32),
  deriveArgon2: async () => Buffer.alloc(32),
  deriveAes: () => Buffer.alloc(16),
}));

const {
  LIMITS,
  OTP_LIMITS,
  OWN_LIMITS,
  BACKUP_LIMITS,
  PICTURE_LIMITS,
  TEXT_LIMITS,
  NOTE_LIMITS,
  OUTPUT_LIMITS,
} = await import("../src/base/limits.ts");

const folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nobody = async () => Promise.reject(new Error("asked for a password"));
const nothing = () => {};

/** Passes the size to `take`: the limit is the largest size that it accepts. */
async function border(most: number, take: (size: number) => unknown): Promise<void> {
  expect(await attempt(most, take)).toBe("taken");
  expect(await attempt(most + 1, take)).toBe("refused");
}

async function attempt(size: number, take: (size: number) => unknown): Promise<string> {
  try {
    const answer = await take(size);
    return answer === undefined || answer === false ? "refused" : "taken";
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).name).toMatch(/^(UserError|OtpauthUriError|RangeError)$/);
    return "refused";
  }
}

const binary = (size: number) => Buffer.alloc(size, 0xff);
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("files to import", () => {
  it("bytes", () => border(LIMITS.bytes, (size) => openForeignFile("x", binary(size))));

  it("bytes of a text", () =>
    border(LIMITS.textBytes, (size) => openForeignFile("x", Buffer.alloc(size, "a"))));

  it("bytes that gzip unpacks to", () =>
    border(LIMITS.bytes, (size) => gunzip(gzipSync(Buffer.alloc(size)))));

  it("bytes that a zip's member unpacks to", () =>
    border(LIMITS.bytes, async (size) => readMember(await zip([["a", size]]), "a", nobody)));

  it("bytes that several members unpack to together", () =>
    border(LIMITS.bytes, async (size) => {
      const half = Math.floor(size / 2);
      const bytes = await zip([
        ["a", half],
        ["b", size - half],
      ]);
      const read = [];
      for await (const member of readMembers(bytes, ["a", "b"], nobody)) read.push(member);
      return read;
    }));

  it("a zip header that claims less than there is changes nothing", () =>
    border(LIMITS.bytes, (size) =>
      readMember(understated("a", size), "a", nobody).catch((error: unknown) => {
        // A size within the limit is refused, too, because it differs from the size in the header.
        if (size > LIMITS.bytes) throw error;
        return String(error);
      }),
    ));

  it("rows", () => border(LIMITS.rows, (size) => rowsOf("a,b\n".repeat(size), ",")));

  it("entries of a list", () =>
    border(LIMITS.entries, (size) => readUriList("otpauth://totp/a?secret=AA\n".repeat(size))));

  it("entries of a JSON list", () =>
    border(LIMITS.entries, (size) =>
      openForeignFile("x", Buffer.from(JSON.stringify(Array(size).fill({})))),
    ));

  it("depth of JSON", () => border(LIMITS.jsonDepth, (size) => parseJson(nested(size))));

  it("tags of XML", () => border(LIMITS.xmlTags, (size) => parseXml(`<a>${"<b/>".repeat(size - 2)}</a>`)));

  it("bytes of a migration payload", () =>
    border(LIMITS.migrationBytes, async (size) => {
      const payload = Buffer.alloc(size);
      payload.set([0x7a, 0, 0, 0]); // field 15, which is unknown, over all of the rest
      const length = size - 4;
      payload.set([(length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14], 1);
      const { skipped } = await readMigrationUri(
        `otpauth-migration://offline?data=${encodeURIComponent(payload.toString("base64"))}`,
      );
      return skipped.length === 0;
    }));

  it("passwords of one file", () =>
    border(LIMITS.passwordSlots, async (size) => {
      const slot = {
        type: 1,
        key: "00",
        key_params: { nonce: "00", tag: "00" },
        salt: "00",
        n: 2,
        r: 1,
        p: 1,
      };
      const header = { slots: Array(size).fill(slot), params: { nonce: "00", tag: "00" } };
      const reading = read(JSON.stringify({ version: 1, header, db: "AAAA" }));
      return reading.catch(({ message }: Error) => /wrong password/.test(message));
    }));

  it("files of one archive", () =>
    border(LIMITS.zipMembers, (size) =>
      openForeignFile("x.zip", rawZip(Array.from({ length: size }, (_, i) => [`${i}`, ""] as const))),
    ));

  it("locked files of one archive", () =>
    border(LIMITS.lockedFiles, async (size) => {
      const members = Array.from({ length: size }, (_, i) => [`${i}.maFile`, Buffer.from("AAAA")] as const);
      const file = await openForeignFile("maFiles.zip", await zip(members));
      return formatOf(file)?.read(file, nobody);
    }));
});

describe("one account", () => {
  it("characters of a URI", () =>
    border(OTP_LIMITS.uriCharacters, (size) =>
      parseOtpauthUri("otpauth://totp/a?secret=AA&x=".padEnd(size, "x")),
    ));

  it("characters of a name, as it is written", () => {
    const named = (letters: number) =>
      parseOtpauthUri(`otpauth://totp/${"\u4e2d".repeat(letters)}?secret=AA`);
    const most = Math.floor((OTP_LIMITS.uriCharacters - formatOtpauthUri(named(0)).length) / 9);
    return border(most, named);
  });

  it("bytes of a seed", () =>
    border(OTP_LIMITS.seedBytes, (size) =>
      parseOtpauthUri(`otpauth://totp/a?secret=${formatBase32(Secret.of(new Uint8Array(size)))}`),
    ));

  it.each(["digits", "period"] as const)("%s", async (name) => {
    const { least, most } = OTP_LIMITS[name];
    const uri = (value: number) => parseOtpauthUri(`otpauth://totp/a?secret=AA&${name}=${value}`);
    const entry = (value: number) => {
      const who = {
        version: 1,
        id: "a",
        name: "a",
        issuer: "",
        label: "",
        addedAt: "2026-01-31",
        copies: [],
      };
      const how = { type: "totp", algorithm: "SHA1", digits: 6, period: 30, [name]: value };
      return parseAccount(JSON.stringify({ ...who, ...how }), "a");
    };
    const library = (value: number) => totp("AAAAAAAA", { [name]: value, at: 0 });
    for (const take of [uri, entry, library]) {
      await border(most, take);
      expect(await attempt(least, take)).toBe("taken");
      expect(await attempt(least - 1, take)).toBe("refused");
    }
  });
});

async function read(text: string) {
  const file = foreignText("x", text);
  return formatOf(file)?.read(file, async () => "x");
}

describe("key derivation of foreign files", () => {
  const salt = new Uint8Array(16);
  const { scrypt, argon2, pbkdf2, aesKdf } = LIMITS;

  it("scrypt", async () => {
    for (const n of [scrypt.n, 2 * scrypt.n])
      expect(await attempt(n, (one) => scryptKey("x", salt, { n: one, r: 2, p: 1 }))).toBe(
        n > scrypt.n ? "refused" : "taken",
      );
    await border(scrypt.r, (r) => scryptKey("x", salt, { n: 2, r, p: 1 }));
    await border(scrypt.p, (p) => scryptKey("x", salt, { n: 2, r: 1, p }));
    await border(scrypt.bytes / 128 / scrypt.n, (r) => scryptKey("x", salt, { n: scrypt.n, r, p: 1 }));
  });

  it("scrypt with parameters that RFC 7914, section 2, rules out", async () => {
    const take = (n: number) => scryptKey("x", salt, { n, r: 1, p: 1 });
    expect(await attempt(2 ** 15, take)).toBe("taken");
    expect(await attempt(2 ** 16, take)).toBe("refused");
    expect(costFault({ N: 2 ** 16, r: 1, p: 1 })).toBeDefined();
  });

  it("PBKDF2", () => border(pbkdf2.iterations, (iterations) => pbkdf2Key("x", salt, iterations, 32, "sha1")));

  it("PBKDF2 for all tokens of one Authy file", () =>
    border(pbkdf2.total / 1_000_000, (count) => {
      const token = { name: "a", encrypted_seed: "AAAA", salt: "x", key_derivation_iterations: 1_000_000 };
      const reading = read(JSON.stringify({ authenticator_tokens: Array(count).fill(token) }));
      return reading.catch(({ message }: Error) => /wrong password/.test(message));
    }));

  it("AES-KDF", () =>
    border(aesKdf.rounds, (rounds) => aesKdfKey(new Uint8Array(32), new Uint8Array(32), rounds)));

  it("Argon2", async () => {
    const costs = { kibibytes: 1024, iterations: 1, parallelism: 1 };
    await border(argon2.kibibytes, (kibibytes) => argon2Key("x", salt, { ...costs, kibibytes }));
    await border(argon2.iterations, (iterations) => argon2Key("x", salt, { ...costs, iterations }));
    await border(argon2.parallelism, (parallelism) => argon2Key("x", salt, { ...costs, parallelism }));
  });
});

describe("our own files", () => {
  const dataKey = newDataKey((bytes) => new Uint8Array(bytes));

  it("bytes of a file", () => border(OWN_LIMITS.bytes, (size) => readRegular(sparse(size)) !== undefined));

  it("scrypt of a slot", async () => {
    const { N, r, p, bytes } = OWN_LIMITS.scrypt;
    const cost = { N: 2, r: 2, p: 1 };
    expect(costFault({ ...cost, N })).toBeUndefined();
    expect(costFault({ ...cost, N: 2 * N })).toContain("scrypt N");
    await border(r, (one) => costFault({ ...cost, r: one }) === undefined);
    await border(p, (one) => costFault({ ...cost, p: one }) === undefined);
    await border(bytes / 128 / N, (one) => costFault({ ...cost, N, r: one }) === undefined);
  });

  it("bytes of an age recipient's slot", async () => {
    const identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    const { identityToRecipient } = await import("age-encryption");
    const slot = await sealForRecipient(await identityToRecipient(identity), dataKey);
    await border(OWN_LIMITS.ageSlotBytes, async (size) => {
      const age = [{ file: "keys/a.age", text: () => slot.padEnd(size) }];
      return (await openAgeSlots({ age, older: [] }, identity))[0];
    });
  });

  it("age recipients of one slot, and slots", async () => {
    const age = await import("age-encryption");
    const { identityToRecipient, generateIdentity } = age;
    const identity = await generateIdentity();
    await border(OWN_LIMITS.ageStanzas, async (count) => {
      const encrypter = new age.Encrypter();
      for (let i = 1; i < count; i++)
        encrypter.addRecipient(await identityToRecipient(await generateIdentity()));
      encrypter.addRecipient(await identityToRecipient(identity));
      const { store, id, bytes } = dataKey;
      const text = `twinseed data key v2 ${store} ${id} ${Buffer.from(bytes).toString("base64")}\n`;
      const file = await encrypter.encrypt(text);
      const slot = { file: "keys/a.age", text: () => age.armor.encode(file) };
      return (await openAgeSlots({ age: [slot], older: [] }, identity))[0];
    });
    await border(OWN_LIMITS.ageSlots, (count) => {
      const files = Array.from({ length: count }, (_, i) => [`keys/age-${i}.age`, () => ""] as const);
      return slotsIn(files).faults.length === 0;
    });
  });

  it("work that all passphrases' slots take, the cheapest first", async () => {
    const slot = (N: number) => ({
      version: 2,
      kind: "passphrase",
      store: dataKey.store,
      key: dataKey.id,
      kdf: { name: "scrypt", N, r: 8, p: 1, salt: "AAAA" },
      nonce: "AAAA",
      sealed: "AAAA",
    });
    const texts = [2 ** 20, 2 ** 20, 2 ** 20, 2 ** 20, 2 ** 17].map((N) => JSON.stringify(slot(N)));
    const { usable, faults } = slotsIn(texts.map((text, i) => [`keys/passphrase-${i}.json`, () => text]));
    expect(usable.map(({ file }) => file).sort()).toEqual([
      "keys/passphrase-0.json",
      "keys/passphrase-1.json",
      "keys/passphrase-4.json",
    ]);
    expect(faults).toHaveLength(2);
    const own = JSON.stringify(slot(COST.N));
    await border(OWN_LIMITS.scryptWork / (COST.N * COST.r), (count) => {
      const many = Array.from({ length: count }, (_, i) => [`keys/passphrase-${i}.json`, () => own] as const);
      return slotsIn(many).faults.length === 0;
    });
  });
});

describe("the list of members", () => {
  const KEY = `AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
  const first: Entry = {
    store: "0".repeat(32),
    number: 1,
    before: null,
    key: "0".repeat(32),
    by: "a",
    at: "2026-01-31T12:00:00.000Z",
    members: [{ name: "a", signer: `ssh-ed25519 ${KEY}` }],
    slots: [],
    mac: "",
    signature: "",
  };
  const read = (changes: Partial<Entry>) => parseEntry(formatEntry({ ...first, ...changes }));

  it("bytes of an entry", () => {
    const bare = formatEntry(first).length;
    // A file that is too long is refused before it is read; one that isn't, for what it says.
    return border(OWN_LIMITS.membersBytes, (size) => {
      const fault = faultOf(() => parseEntry(`${formatEntry(first)}${" ".repeat(size - bare)}`));
      return fault === "it is damaged";
    });
  });

  it("members and slots of an entry, and entries", async () => {
    await border(OWN_LIMITS.members, (size) =>
      read({ members: Array.from({ length: size }, (_, i) => ({ name: `m${i}` })) }),
    );
    await border(OWN_LIMITS.memberSlots, (size) =>
      read({ slots: Array.from({ length: size }, () => ({ kind: "raw-key", sha256: "0".repeat(64) })) }),
    );
    await border(OWN_LIMITS.memberEntries, (number) => read({ number, before: "0".repeat(64) }));
  });

  it("characters of a name", () => border(OWN_LIMITS.memberName, (size) => read({ by: "a".repeat(size) })));
});

describe("backups", () => {
  it("recipients", () =>
    border(BACKUP_LIMITS.recipients, (size) => inspectFile(ageHeader(...Array(size).fill("X25519 AAAA")))));

  it("work of a passphrase", () =>
    border(BACKUP_LIMITS.work, (size) => inspectFile(ageHeader(`scrypt AAAAAAAAAAAAAAAAAAAAAA ${size}`))));

  it("bytes of the header", async () => {
    const one = "X25519 AAAA";
    const filled = (size: number) => {
      const bare = headerBytes(ageHeader(one, "x"));
      return ageHeader(one, `x${"a".repeat(size - bare)}`);
    };
    expect(headerBytes(filled(BACKUP_LIMITS.headerBytes))).toBe(BACKUP_LIMITS.headerBytes);
    await border(BACKUP_LIMITS.headerBytes, (size) => inspectFile(filled(size)));
  });
});

function headerBytes(file: Buffer): number {
  return file.indexOf("\n", file.indexOf("\n--- ") + 1) + 1;
}

describe("files that a repository brings", () => {
  it("bytes of one", () => {
    const text = '{"version":1,"devices":[]}';
    return border(OWN_LIMITS.sharedBytes, (size) => {
      const { files, damaged } = snapshot(memoryFolder({ "devices.json": text.padEnd(size) }));
      expect(files.size + damaged.size).toBe(1);
      return damaged.size === 0;
    });
  });

  it("their number, and what git says of their size", () => {
    const listed = (count: number) => {
      const size = OWN_LIMITS.sharedBytes + 1;
      const line = (i: number) => `100644 blob ${"0".repeat(40)} ${size}\tseeds/a${i}.json\0`;
      return Array.from({ length: count }, (_, i) => line(i)).join("");
    };
    return border(OWN_LIMITS.sharedFiles, async (count) => {
      const ended = { ok: true, output: listed(count), bytes: new Uint8Array(), complaint: "" };
      const workTree: WorkTree = {
        isThere: async () => true,
        git: async () => ended,
        elsewhere: async () => ({ workTree, remove() {} }),
      };
      const needs = { folder: memoryFolder(), workTree };
      const { files, unusable } = await knownOf("HEAD", needs);
      expect([files.size, unusable.size]).toEqual([0, count]);
      return true;
    });
  });
});

describe("a note", () => {
  it("bytes, codes, and characters of a code", async () => {
    await border(NOTE_LIMITS.bytes, (size) => noteTextOf(Buffer.alloc(size, "x")));
    await border(NOTE_LIMITS.codes, (count) =>
      codesIn(Array.from({ length: count }, (_, i) => `code${i}`).join("\n")),
    );
    await border(NOTE_LIMITS.codeCharacters, (size) => codesIn("x".repeat(size)));
  });

  it("what it is sealed with, and how often", async () => {
    const random = (bytes: number) => new Uint8Array(bytes).fill(1);
    const key = newDataKey(random);
    const content = (text: string) => ({ ...NO_NOTE, texts: [{ id: "a", text, by: "b", at: "2026-01-31" }] });
    const bare = formatContent(content("")).length;
    await border(NOTE_LIMITS.sealedBytes, (size) =>
      sealNote("abc", key, content("x".repeat(size - bare)), random),
    );
    const seal = sealNote("abc", key, content(""), random);
    await border(NOTE_LIMITS.seals, (count) => {
      const read = parseNoteFile("notes/abc.json", formatNoteFile("abc", Array(count).fill(seal)));
      return read !== "is too large";
    });
  });
});

/** The most that a command would take, by the limit that it gives to the port; the ports' own tests hold them to it. */
describe("what commands read", () => {
  async function mostOf(line: string): Promise<Set<number>> {
    let isReady = false;
    const asked = new Set<number>();
    const refuse = (most: number) => {
      asked.add(most);
      throw new UserError("too much", ExitCode.unreadable);
    };
    const instead = () => ({
      stdin: { isTTY: false, readAll: async (most: number) => refuse(most) },
      files: only<World["files"]>({ read: async (_, most) => refuse(most), kind: async () => "file" }),
    });
    const cli = testCli({ accounts: [github], instead: () => (isReady ? instead() : {}) });
    await cli.start();
    isReady = true;
    await cli.run(line);
    return asked;
  }

  it.each([
    ["a backup", "backup verify b.age --passphrase-file -", BACKUP_LIMITS.bytes],
    ["a code", "verify github --device phone", TEXT_LIMITS.codeBytes],
    ["a command line", "__complete bash", TEXT_LIMITS.commandLineBytes],
    ["a list of shares", "sheet --shares shares.txt", TEXT_LIMITS.bytes],
  ])("%s", async (_, line, most) => {
    expect([...(await mostOf(line))]).toEqual([most]);
  });
});

describe.skipIf(process.platform === "win32")("what other programs print", () => {
  const bin = join(folder, "bin");
  const env = (size: number) => ({ PATH: `${bin}:/usr/bin:/bin`, HOME: folder, SIZE: String(size) });
  beforeAll(() => {
    mkdirSync(bin);
    for (const name of ["aws", "ykman"])
      writeFileSync(join(bin, name), '#!/bin/sh\nexec head -c "$SIZE" /dev/zero\n', { mode: 0o755 });
  });
  const call = { command: ["iam", "x"], patience: 60_000 };

  it("the AWS CLI", () =>
    border(OUTPUT_LIMITS.awsBytes, (size) => awsCli(env(size), folder, nothing).run(call)));

  it("the AWS CLI, of IAM's report", () =>
    border(OUTPUT_LIMITS.awsReportBytes, (size) =>
      awsCli(env(size), folder, nothing).run({ ...call, isLong: true }),
    ));

  it("YubiKey Manager", () => border(OUTPUT_LIMITS.ykmanBytes, (size) => userYkman(env(size)).run([])));
});

describe("the rest", () => {
  it("bytes and pixels of a picture", async () => {
    const header = Buffer.from("GIF89a\x01\0\x01\0", "latin1");
    await border(PICTURE_LIMITS.bytes, (size) => checkImage(Buffer.concat([header], size)));
    await border(PICTURE_LIMITS.pixels / 5000, (width) => {
      const picture = Buffer.from(header);
      picture.writeUInt16LE(width, 6);
      picture.writeUInt16LE(5000, 8);
      return checkImage(picture);
    });
  });

  it("bytes of a file with a key", () =>
    border(TEXT_LIMITS.secretBytes, (size) => {
      const file = sparse(size);
      writeFileSync(file, "k".repeat(size));
      return readSecretFile(file, nothing) !== undefined;
    }));
});

/** A sparse file of that many bytes, which takes no room on the disk. */
function sparse(size: number): string {
  const file = join(folder, "sparse");
  writeFileSync(file, "", { mode: 0o600 });
  truncateSync(file, size);
  return file;
}

type Member = readonly [name: string, content: number | Buffer];

async function zip(members: readonly Member[]): Promise<Uint8Array> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } = await import("@zip.js/zip.js");
  const writer = new ZipWriter(new Uint8ArrayWriter());
  for (const [name, content] of members) {
    const bytes = typeof content === "number" ? new Uint8Array(content) : Uint8Array.from(content);
    await writer.add(name, new Uint8ArrayReader(bytes), { useWebWorkers: false });
  }
  return writer.close();
}

/** One member that claims to have 100 bytes. */
function understated(name: string, size: number): Buffer {
  const data = deflateRawSync(Buffer.alloc(size));
  const file = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(100, 22);
  local.writeUInt16LE(file.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(20, 6);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(data.length, 20);
  central.writeUInt32LE(100, 24);
  central.writeUInt16LE(file.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + file.length, 12);
  end.writeUInt32LE(30 + file.length + data.length, 16);
  return Buffer.concat([local, file, data, central, file, end]);
}

/** Limits that no test above tries, with those that do. `runTool` and a connection are held to theirs; what is given to them is read here. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, title: string]>> = {
  "PICTURE_LIMITS.frames": ["test/qr/animation.test.ts", "looks at so many frames, and not at more"],
  "PICTURE_LIMITS.framePixels": [
    "test/qr/animation.test.ts",
    "looks at so many pixels of them, and not at more",
  ],
  "OUTPUT_LIMITS.awsSeedBytes": [
    "test/system/handed-files.test.ts",
    "privateFiles are 0600, and what the program wrote is read up to the limit",
  ],
  "OUTPUT_LIMITS.printerBytes": ["test/system/run-tool.test.ts", "prints without an end"],
  "OUTPUT_LIMITS.leaseBytes": ["test/system/run-tool.test.ts", "prints without an end"],
  "OUTPUT_LIMITS.repositoryBytes": ["test/system/run-tool.test.ts", "prints without an end"],
  "OUTPUT_LIMITS.gitMemoryBytes": [
    "test/leases/hostile-git.test.ts",
    "of refs without an end: git holds no more than it may, and the user's ssh ends with it",
  ],
  "OUTPUT_LIMITS.gitPieceBytes": ["test/leases/hostile-git.test.ts", "of more refs than git may hold"],
  "OUTPUT_LIMITS.redisBytes": ["test/leases/hostile-redis.test.ts", "is left soon"],
};

it("each of them is tried here, or by a test that is named here", async () => {
  const [source = ""] = readFileSync(new URL(import.meta.url), "utf8").split("const ELSEWHERE");
  /** Also where a test takes it out of its group first, as in `const { scrypt } = LIMITS`. */
  const isHere = (name: string) => {
    const [group = "", first = "", ...rest] = name.split(".");
    const taken = new RegExp(`\\b${first}\\b[^;]*} = ${group}\\b`).test(source);
    return source.includes(name) || (taken && rest.every((one) => new RegExp(`\\b${one}\\b`).test(source)));
  };
  const names = (await realLimits()).map((figure) => figure.split(":")[0] ?? "");
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !isHere(name) && !(name in ELSEWHERE))).toEqual([]);
  for (const [file, title] of Object.values(ELSEWHERE))
    expect(readFileSync(new URL(`../${file}`, import.meta.url), "utf8")).toContain(title);
});

/** As docs/limits.md has them. */
async function realLimits(): Promise<string[]> {
  const real = await vi.importActual<Record<string, Record<string, unknown>>>("../src/base/limits.ts");
  const groups = Object.entries(real).filter(([, limits]) => typeof limits !== "function");
  return groups.flatMap(([group, limits]) => figuresOf(group, limits));
}

it("docs/limits.md has all of them, as they are", async () => {
  const expected = await realLimits();
  const document = readFileSync(new URL("../docs/limits.md", import.meta.url), "utf8");
  const rows = [...document.matchAll(/^\|.*\| ([^|]+) \| `([^`|]+)` \|$/gm)].map(
    ([, figure, name]) => `${name}: ${figure}`,
  );
  expect(rows.sort()).toEqual(expected.sort());
});

function figuresOf(path: string, value: unknown): string[] {
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => figuresOf(`${path}.${key}`, inner));
  const number = Number(value);
  const isBytes = /(\.b|B)ytes$/.test(path) && number % KIB === 0;
  const unit = ["KiB", "MiB", "GiB"].findLast((_, i) => number % KIB ** (i + 1) === 0) ?? "";
  const size = ["KiB", "MiB", "GiB"].indexOf(unit) + 1;
  return [`${path}: ${isBytes ? `${number / KIB ** size} ${unit}` : number.toLocaleString("en-US")}`];
}
