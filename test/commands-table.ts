/**
 * Every command, and how the tests that cover all commands run it: with no terminal to answer on
 * (test/e2e/no-terminal.test.ts), and with a marked seed that the test then searches for (test/e2e/leaks.test.ts).
 * commands-table.test.ts reports the commands that have no row here.
 */
import { hostname } from "node:os";
import { formatMemberLine } from "../src/members/member-line.ts";
import { formatOtpauthUri } from "../src/otp/otpauth-uri.ts";
import { aws } from "./helpers/accounts.ts";
import { EXAMPLE } from "./helpers/binary.ts";
import { MARKED_BASE32, MARKED_NOTE, MARKED_URI } from "./helpers/marked-seed.ts";

/** The state of the data folder, and the key that is available to open it. */
export const SITUATIONS = ["nothing yet", "locked", "wrong passphrase", "open"] as const;
export type Situation = (typeof SITUATIONS)[number];

/**
 * Without a terminal, on a computer with the accounts "github" and "steam" (parts of their names), a removed "old" and a
 * device "tablet". There is no keyring, no desktop and no git repository.
 */
export interface Unattended {
  readonly args: readonly string[];
  /** The exit code in each of SITUATIONS, in their order; a single number applies to all four. */
  readonly exits: number | readonly [number, number, number, number];
  /** Needs something that the computer in memory lacks or has in another form: run only as a process. */
  readonly onMachine?: true;
}

/**
 * On a computer whose seed store is open, with git, an AWS CLI, a clipboard and a printer. "me" has the marked seed;
 * "old" is removed, "phone" is a device, "bob" a member. Files: me.png (its QR code), b.age (a backup that "identity"
 * opens), words (a passphrase).
 */
export interface Marked {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  /** Default: 0. null: a signal ended it. */
  readonly exitCode?: number | null;
  /** Starts no process and reads no variable: run in this process, on a computer in memory. */
  readonly inMemory?: true;
  /** Ctrl-C ends it once this appears on stdout or stderr. */
  readonly endAt?: RegExp;
  /** Why stdout holds the seed. */
  readonly shows?: string;
  /** Why stdout holds the recovery code that is kept beside it. */
  readonly showsNote?: string;
  /** The same for a file. */
  readonly writesNote?: readonly [file: string, why: string];
  /** It starts a process that stays: `lock` is to end it, and nothing of it may be left. */
  readonly thenLock?: true;
  /** The file that holds the seed, and why. */
  readonly writes?: readonly [file: string, why: string];
}

export interface CommandRow {
  readonly unattended: readonly Unattended[];
  /** Only a command that merely groups others may have none. */
  readonly marked?: readonly Marked[];
}

/** Stands for an age recipient in `marked`, which is created for each run of the tests. */
export const RECIPIENT = "RECIPIENT";

/** Words that stand for no list of members. */
const NO_WORDS = Array(8).fill("academic").join("-");
/** What `sync --join` prints on a new computer. */
const MEMBER_LINE = formatMemberLine({
  name: "bob/laptop",
  recipient: "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
  signer: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`,
});

const SERIAL = "arn:aws:iam::123456789012:mfa/me";
const HALF_THE_SEED = MARKED_BASE32.slice(0, 16);
const THIS_COMPUTER = hostname();

export const COMMANDS_TABLE: Readonly<Record<string, CommandRow>> = {
  add: {
    unattended: [
      { args: ["add"], exits: 2 },
      { args: ["add", "-"], exits: 5 },
      { args: ["add", EXAMPLE], exits: [6, 6, 6, 0] },
      { args: ["add", EXAMPLE, "--json"], exits: [6, 6, 6, 0] },
      { args: ["add", EXAMPLE, "--dry-run"], exits: 0 },
      { args: ["add", formatOtpauthUri(aws)], exits: [6, 6, 6, 0] },
      { args: ["add", "no-such-file.png"], exits: 5 },
      { args: ["add", "/"], exits: 5 },
      { args: ["add", "--clipboard"], exits: 1, onMachine: true },
      { args: ["add", "--screen"], exits: 1, onMachine: true },
    ],
    marked: [
      { args: ["add", "-", "--name", "again", "--label", "x"], stdin: MARKED_URI },
      { args: ["add", "-", "--issuer", "x", "--dry-run", "--json"], stdin: MARKED_BASE32 },
      { args: ["add", "me.png"] },
      { args: ["add", "--clipboard"] },
    ],
  },
  code: {
    unattended: [
      { args: ["code"], exits: [0, 6, 6, 0] },
      { args: ["code", "github"], exits: [3, 6, 6, 0] },
      { args: ["code", "github", "--json"], exits: [3, 6, 6, 0] },
      { args: ["code", "github", "--copy"], exits: [3, 6, 6, 1], onMachine: true },
      { args: ["code", "github", "--once", "--no-wait"], exits: [3, 6, 6, 0] },
      { args: ["code", "github", "--once", "--lease", "git+file:///nowhere"], exits: [3, 6, 6, 7] },
      { args: ["code", "--env"], exits: 2 },
      { args: ["code", "-"], exits: 5 },
      { args: ["code", "nobody"], exits: 3 },
      { args: ["code", "t"], exits: [3, 4, 4, 4] },
    ],
    marked: [
      { args: ["code", "me"] },
      { args: ["code", "me", "--copy"] },
      { args: ["code", "me", "--json", "--pair"] },
      { args: ["code", "me", "--once", "--no-wait"] },
      { args: ["code"] },
      { args: ["code", "--env"], env: { TWINSEED_URI: MARKED_URI } },
      { args: ["code", "-"], stdin: MARKED_URI },
    ],
  },
  list: {
    unattended: [
      { args: ["list"], exits: 0 },
      { args: ["list", "--json"], exits: 0 },
      { args: ["list", "--removed"], exits: 0 },
    ],
    marked: [
      { args: ["list"], inMemory: true },
      { args: ["list", "--json"], inMemory: true },
    ],
  },
  qr: {
    unattended: [
      { args: ["qr"], exits: 2 },
      { args: ["qr", "github"], exits: [3, 6, 6, 0] },
      { args: ["qr", "github", "--output", "qr.png"], exits: [3, 6, 6, 0] },
      { args: ["qr", "github", "--output", "qr.gif"], exits: [3, 2, 2, 2] },
    ],
    marked: [
      { args: ["qr", "me"] }, // half blocks, which a camera reads and a search does not find
      { args: ["qr", "me", "--output", "out.png"] },
      { args: ["qr", "me", "--output", "out.svg"] },
    ],
  },
  uri: {
    unattended: [{ args: ["uri", "github"], exits: [3, 6, 6, 0] }],
    marked: [{ args: ["uri", "me"], shows: "the URI is what is asked for" }],
  },
  verify: {
    unattended: [
      { args: ["verify", "github"], exits: 2 },
      { args: ["verify", "github", "12345", "--device", "phone"], exits: [3, 6, 6, 1] },
      { args: ["verify", "nobody", "--device", "phone"], exits: 3 },
    ],
    marked: [{ args: ["verify", "me", HALF_THE_SEED, "--device", "phone"], exitCode: 1, inMemory: true }],
  },
  device: {
    unattended: [{ args: ["device"], exits: 0 }],
  },
  "device list": {
    unattended: [
      { args: ["device", "list"], exits: 0 },
      { args: ["device", "list", "--json"], exits: 0 },
    ],
    marked: [{ args: ["device", "list", "--json"], inMemory: true }],
  },
  "device add": {
    unattended: [
      { args: ["device", "add", "phone", "--kind", "phone"], exits: 0 },
      { args: ["device", "add", "phone", "--kind", "fridge"], exits: 2 },
      { args: ["device", "add", "pixel"], exits: 0 },
      { args: ["device", "add", "slab"], exits: 2 },
      { args: ["device", "add", "492039"], exits: 2 },
    ],
    marked: [{ args: ["device", "add", "tablet", "--kind", "tablet"], inMemory: true }],
  },
  "device remove": {
    unattended: [
      { args: ["device", "remove", "tablet"], exits: [3, 0, 0, 0] },
      { args: ["device", "remove", THIS_COMPUTER], exits: [3, 2, 2, 2] },
      { args: ["device", "remove", "nobody"], exits: 3 },
    ],
    marked: [{ args: ["device", "remove", "phone", "--mistake"], inMemory: true }],
  },
  "device check": {
    unattended: [
      { args: ["device", "check", "phone", "missing.txt"], exits: 5 },
      { args: ["device", "check", "phone"], exits: 2 },
    ],
    marked: [
      { args: ["device", "check", "phone", "-", "--json"], stdin: MARKED_URI, exitCode: 0, inMemory: true },
      { args: ["device", "check", "phone", "-"], stdin: formatOtpauthUri(aws), exitCode: 8, inMemory: true },
    ],
  },
  "device push": {
    unattended: [{ args: ["device", "push", "key", "github"], exits: [3, 6, 6, 1] }],
    marked: [{ args: ["device", "push", "key", "me"], inMemory: true }],
  },
  "device rename": {
    unattended: [
      { args: ["device", "rename", "tablet", "slate"], exits: [3, 0, 0, 0] },
      { args: ["device", "rename", "nobody", "laptop"], exits: 3 },
    ],
    marked: [{ args: ["device", "rename", "phone", "mobile"], inMemory: true }],
  },
  "device replace": {
    unattended: [
      { args: ["device", "replace", THIS_COMPUTER, "new", "--kind", "computer"], exits: [3, 2, 2, 2] },
      { args: ["device", "replace", "nobody", "new"], exits: 3 },
    ],
    marked: [{ args: ["device", "replace", "phone", "new", "--kind", "phone"], inMemory: true }],
  },
  "device lost": {
    unattended: [
      { args: ["device", "lost", "tablet"], exits: [3, 0, 0, 0] },
      { args: ["device", "lost", THIS_COMPUTER], exits: [3, 2, 2, 2] },
      { args: ["device", "lost", "nobody"], exits: 3 },
    ],
    marked: [{ args: ["device", "lost", "phone"], inMemory: true }],
  },
  "device retire": {
    unattended: [
      { args: ["device", "retire", "tablet"], exits: [3, 0, 0, 0] },
      { args: ["device", "retire", "nobody"], exits: 3 },
    ],
    marked: [{ args: ["device", "retire", "phone"], inMemory: true }],
  },
  "device wiped": {
    unattended: [
      { args: ["device", "wiped", "tablet"], exits: [3, 0, 0, 0] },
      { args: ["device", "wiped", THIS_COMPUTER], exits: [3, 2, 2, 2] },
      { args: ["device", "wiped", "nobody"], exits: 3 },
    ],
    marked: [{ args: ["device", "wiped", "phone"], inMemory: true }],
  },
  audit: {
    unattended: [
      { args: ["audit"], exits: [0, 8, 8, 8] },
      { args: ["audit", "--json"], exits: [0, 8, 8, 8] },
      { args: ["audit", "--min-copies", "1"], exits: 0 },
      { args: ["audit", "--min-copies", "some"], exits: 2 },
    ],
    marked: [{ args: ["audit", "--json"], exitCode: 8, inMemory: true }],
  },
  import: {
    unattended: [
      { args: ["import"], exits: 2 },
      { args: ["import", "-", "--yes"], exits: 5 },
      { args: ["import", EXAMPLE], exits: 2 },
      { args: ["import", EXAMPLE, "--dry-run"], exits: 0 },
      { args: ["import", EXAMPLE, "--yes", "--json"], exits: [6, 6, 6, 0] },
      { args: ["import", "no-such-file"], exits: 2 },
      { args: ["import", "no-such-file", "--yes"], exits: 5 },
      { args: ["import", EXAMPLE, "--json"], exits: 2 },
    ],
    marked: [{ args: ["import", "-", "--yes", "--json"], stdin: MARKED_URI }],
  },
  export: {
    unattended: [
      { args: ["export"], exits: 2 },
      { args: ["export", "uris"], exits: [3, 2, 2, 2] },
      { args: ["export", "uris", "--plaintext"], exits: [3, 6, 6, 0] },
      { args: ["export", "aegis", "--password", "--output", "x.json"], exits: [3, 6, 6, 2] },
      { args: ["export", "google", "--output", "x.png", "--accounts", "github"], exits: [3, 6, 6, 0] },
      { args: ["export", "nonsense"], exits: 2 },
    ],
    marked: [
      { args: ["export", "uris", "--plaintext"], shows: "--plaintext names it" },
      {
        args: ["export", "json", "--output", "x.json"],
        writes: ["x.json", "an export without --password is plain, and says so"],
      },
      { args: ["export", "aegis", "--passphrase-file", "words", "--output", "vault.json"] },
      { args: ["export", "google", "--output", "g.png"] },
      {
        args: ["export", "json", "--plaintext", "--notes"],
        shows: "--plaintext names it",
        showsNote: "--notes names them",
      },
      {
        args: ["export", "bitwarden", "--output", "b.json", "--notes"],
        writes: ["b.json", "as above"],
        writesNote: ["b.json", "--notes names them"],
      },
      { args: ["export", "aegis", "--passphrase-file", "words", "--output", "n.json", "--notes"] },
    ],
  },
  backup: {
    unattended: [{ args: ["backup"], exits: 0 }],
  },
  "backup create": {
    unattended: [
      { args: ["backup", "create", "b.age"], exits: [3, 6, 6, 2] },
      { args: ["backup", "create", "b.age", "--split", "2-of-3"], exits: [3, 6, 6, 0] },
      { args: ["backup", "create", "b.age", "--page"], exits: 2 },
    ],
    marked: [
      { args: ["backup", "create", "c.age", "--split", "2-of-3"] }, // shares of the backup's key, no seed
      { args: ["backup", "create", "c.html", "--page", "--account", "me", "--passphrase-file", "words"] },
    ],
  },
  "backup viewer": {
    unattended: [{ args: ["backup", "viewer", "viewer.age"], exits: 2 }],
    marked: [{ args: ["backup", "viewer", "viewer.html"] }],
  },
  "backup verify": {
    unattended: [
      { args: ["backup", "verify", "no-such-file"], exits: 5 },
      { args: ["backup", "verify", EXAMPLE], exits: 5 },
    ],
    marked: [{ args: ["backup", "verify", "b.age", "--identity", "identity"] }],
  },
  drill: {
    unattended: [
      { args: ["drill"], exits: [3, 2, 2, 2] },
      { args: ["drill", "no-such-file", "--code", "123456"], exits: [3, 5, 5, 5] },
      { args: ["drill", EXAMPLE, "--code", "123456"], exits: [3, 5, 5, 5] },
    ],
    marked: [{ args: ["drill", "b.age", "--identity", "identity", "--code", "000000"], exitCode: 1 }],
  },
  "backup restore": {
    unattended: [
      { args: ["backup", "restore", "no-such-file"], exits: 2 },
      { args: ["backup", "restore", "no-such-file", "--yes"], exits: 5 },
    ],
    marked: [{ args: ["backup", "restore", "b.age", "--identity", "identity", "--into", "other", "--yes"] }],
  },
  sheet: {
    unattended: [
      { args: ["sheet"], exits: [3, 6, 6, 0] },
      { args: ["sheet", "--output", "sheet.html"], exits: [3, 6, 6, 0] },
      { args: ["sheet", "nobody"], exits: 3 },
      { args: ["sheet", "--paper", "a0"], exits: 2 },
    ],
    marked: [
      { args: ["sheet", "me"], shows: "a sheet is for typing the key back" },
      {
        args: ["sheet", "me", "--output", "s.html"],
        writes: ["s.html", "a sheet is for typing the key back"],
      },
      { args: ["sheet", "me", "--print"] }, // goes to lp through a pipe
      { args: ["sheet", "me", "--notes"], shows: "as above", showsNote: "--notes names them" },
      {
        args: ["sheet", "me", "--notes", "--output", "n.html"],
        writes: ["n.html", "as above"],
        writesNote: ["n.html", "--notes names them"],
      },
    ],
  },
  watch: {
    unattended: [
      { args: ["watch"], exits: 2 },
      { args: ["watch", "nobody", "--plain"], exits: 3 },
    ],
    marked: [{ args: ["watch", "--plain"], endAt: /^\d{6} /m, exitCode: null }],
  },
  doctor: {
    unattended: [
      { args: ["doctor"], exits: [0, 6, 6, 0], onMachine: true },
      { args: ["doctor", "--json"], exits: [0, 6, 6, 0], onMachine: true },
    ],
    marked: [{ args: ["doctor"] }, { args: ["doctor", "--repair", "--json"] }],
  },
  note: {
    unattended: [
      { args: ["note", "github"], exits: [3, 6, 6, 3] },
      { args: ["note", "github", "--edit"], exits: [3, 6, 6, 5] },
      { args: ["note", "github", "--add-codes"], exits: [3, 6, 6, 5] },
      { args: ["note", "github", "--use", "x"], exits: [3, 6, 6, 3] },
      { args: ["note", "github", "--remove"], exits: [3, 2, 2, 2] },
    ],
    marked: [
      { args: ["note", "me"], showsNote: "note alone shows it" },
      { args: ["note", "me", "--json"], showsNote: "note alone shows it" },
      { args: ["note", "me", "--add-codes"], stdin: `${MARKED_NOTE}-2` },
      { args: ["note", "me", "--new-codes"], stdin: MARKED_NOTE },
      { args: ["note", "me", "--edit"], stdin: MARKED_NOTE },
      { args: ["note", "me", "--use", MARKED_NOTE] },
      { args: ["note", "me", "--use", `${MARKED_NOTE}x`], exitCode: 3 },
      { args: ["note", "me", "--remove", "--yes"] },
    ],
  },
  rename: {
    unattended: [
      { args: ["rename", "github", "hub"], exits: [3, 0, 0, 0] },
      { args: ["rename", "github"], exits: 2 },
    ],
    marked: [{ args: ["rename", "me", "myself"], inMemory: true }],
  },
  remove: {
    unattended: [
      { args: ["remove", "github"], exits: [3, 2, 2, 2] },
      { args: ["remove", "github", "--yes"], exits: [3, 0, 0, 0] },
    ],
    marked: [{ args: ["remove", "me", "--yes"], inMemory: true }],
  },
  restore: {
    unattended: [
      { args: ["restore", "old"], exits: [3, 0, 0, 0] },
      { args: ["restore", "nobody"], exits: 3 },
    ],
    marked: [{ args: ["restore", "old"] }],
  },
  store: {
    unattended: [
      { args: ["store"], exits: 0 },
      { args: ["store", "bogus"], exits: 2 },
    ],
  },
  "store show": {
    unattended: [
      { args: ["store", "show"], exits: 0 },
      { args: ["store", "show", "--json"], exits: 0 },
    ],
    marked: [{ args: ["store", "show", "--json"], inMemory: true }],
  },
  "store move": {
    unattended: [
      { args: ["store", "move", "keyring"], exits: [3, 6, 6, 6] },
      { args: ["store", "move", "file"], exits: [3, 0, 0, 0] },
      { args: ["store", "move", "floppy"], exits: 2 },
    ],
    marked: [{ args: ["store", "move", "keyring"], exitCode: 6 }],
  },
  "store key": {
    unattended: [{ args: ["store", "key"], exits: [1, 6, 6, 0] }],
    marked: [
      { args: ["store", "key"] }, // a key of the store, no seed
    ],
  },
  "store passphrase": {
    unattended: [
      { args: ["store", "passphrase"], exits: [1, 6, 6, 2] },
      { args: ["store", "passphrase", "--passphrase-file", "missing"], exits: [1, 5, 5, 5] },
    ],
    marked: [{ args: ["store", "passphrase", "--passphrase-file", "words"] }],
  },
  "store unlock-with": {
    unattended: [
      { args: ["store", "unlock-with", "keyring"], exits: [1, 6, 6, 6] },
      { args: ["store", "unlock-with", "floppy"], exits: 2 },
    ],
    marked: [{ args: ["store", "unlock-with", "keyring"], exitCode: 6 }],
  },
  "store unlock-after": {
    unattended: [
      { args: ["store", "unlock-after"], exits: 0 },
      { args: ["store", "unlock-after", "8h"], exits: [1, 0, 0, 0] },
      { args: ["store", "unlock-after", "off"], exits: 0 },
      { args: ["store", "unlock-after", "soon"], exits: 2 },
    ],
    marked: [{ args: ["store", "unlock-after", "8h"] }],
  },
  unlock: {
    unattended: [
      { args: ["unlock", "--for", "soon"], exits: 2 },
      { args: ["unlock"], exits: [1, 6, 6, 0] },
    ],
    marked: [{ args: ["unlock"], thenLock: true }],
  },
  lock: {
    unattended: [{ args: ["lock"], exits: 0 }],
    marked: [{ args: ["lock"] }],
  },
  "store members": {
    unattended: [{ args: ["store", "members"], exits: 0 }],
  },
  "store members list": {
    unattended: [
      { args: ["store", "members", "list"], exits: 0 },
      { args: ["store", "members", "list", "--json"], exits: 0 },
    ],
    marked: [{ args: ["store", "members", "list"] }],
  },
  "store members add": {
    unattended: [
      { args: ["store", "members", "add", "nonsense"], exits: [1, 2, 2, 2] },
      { args: ["store", "members", "add", "twinseed-member 1 x"], exits: [1, 5, 5, 5] },
      { args: ["store", "members", "add", MEMBER_LINE], exits: [1, 2, 2, 2] },
      { args: ["store", "members", "add", MEMBER_LINE, "--yes"], exits: [1, 6, 6, 0] },
    ],
    marked: [{ args: ["store", "members", "add", RECIPIENT, "--name", "alice"] }],
  },
  "store members remove": {
    unattended: [{ args: ["store", "members", "remove", "nobody"], exits: [1, 3, 3, 3] }],
    marked: [{ args: ["store", "members", "remove", "bob"] }],
  },
  "store members restart": {
    unattended: [{ args: ["store", "members", "restart"], exits: 1 }],
    marked: [{ args: ["store", "members", "restart", "--yes"] }],
  },
  "store log": {
    unattended: [
      { args: ["store", "log"], exits: 0 },
      { args: ["store", "log", "--limit", "0"], exits: 2 },
    ],
    marked: [{ args: ["store", "log", "--json"] }],
  },
  "store follow": {
    unattended: [
      { args: ["store", "follow", "nonsense"], exits: 2 },
      { args: ["store", "follow", NO_WORDS], exits: 0 },
    ],
    marked: [{ args: ["store", "follow", NO_WORDS] }],
  },
  "store rekey": {
    // Exit 1 in the open store: it has the passphrase's slot, which a new key would drop.
    unattended: [
      { args: ["store", "rekey"], exits: [1, 6, 6, 1] },
      { args: ["store", "rekey", "--drop-keys"], exits: [1, 6, 6, 0] },
    ],
    marked: [{ args: ["store", "rekey"] }],
  },
  sync: {
    unattended: [
      { args: ["sync"], exits: 1 },
      { args: ["sync", "--json"], exits: 1 },
      { args: ["sync", "--join"], exits: 2 },
      { args: ["sync", "--init", "--name", "two words"], exits: 2 },
      { args: ["sync", "--words", NO_WORDS], exits: 2 },
      { args: ["sync", "--init", "--join"], exits: 2 },
    ],
    marked: [{ args: ["sync", "--init"] }],
  },
  aws: {
    unattended: [{ args: ["aws"], exits: 0 }],
  },
  "aws enroll": {
    unattended: [{ args: ["aws", "enroll", "--root"], exits: 0 }],
    marked: [{ args: ["aws", "enroll", "--name", "a"], endAt: /its seed is stored/, exitCode: null }],
  },
  "aws resync": {
    unattended: [{ args: ["aws", "resync", "nobody"], exits: 3 }],
    marked: [{ args: ["aws", "resync", "me"], exitCode: 2 }],
  },
  "aws session": {
    unattended: [
      { args: ["aws", "session", "nobody", "--profile", "work"], exits: 3 },
      { args: ["aws", "session"], exits: 2 },
    ],
    marked: [{ args: ["aws", "session", "me", "--serial", SERIAL] }],
  },
  "aws credentials": {
    unattended: [{ args: ["aws", "credentials", "nobody", "--profile", "work"], exits: 3 }],
    marked: [{ args: ["aws", "credentials", "me", "--serial", SERIAL, "--profile", "work"] }],
  },
  "aws config": {
    unattended: [{ args: ["aws", "config", "nobody", "--profile", "work"], exits: 3 }],
    marked: [{ args: ["aws", "config", "me", "--serial", SERIAL, "--profile", "work"] }],
  },
  "aws audit": {
    unattended: [
      { args: ["aws", "audit", "--policy"], exits: 0 },
      { args: ["aws", "audit", "--profile", "work", "--all-profiles"], exits: 2 },
    ],
    marked: [{ args: ["aws", "audit", "--profile", "work"], exitCode: 1 }],
  },
  completion: {
    unattended: [
      { args: ["completion"], exits: 2 },
      { args: ["completion", "bash"], exits: 0 },
      { args: ["completion", "ksh"], exits: 2 },
    ],
    marked: [{ args: ["completion", "bash"], inMemory: true }],
  },
  help: {
    unattended: [
      { args: ["help"], exits: 0 },
      { args: ["help", "store", "move"], exits: 0 },
      { args: ["help", "environment"], exits: 0 },
      { args: ["help", "bogus"], exits: 2 },
    ],
    marked: [{ args: ["help", "environment"], inMemory: true }],
  },
  __complete: {
    unattended: [{ args: ["__complete", "bash"], exits: 0 }],
    marked: [{ args: ["__complete", "fish"], stdin: "code\0m" }],
  },
};
