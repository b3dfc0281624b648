/**
 * What a command may touch. Made once in main.ts from src/system; tests make one in memory.
 * Outside of main.ts and system/, nothing reads `process`, the clock, the disk or the environment by itself.
 */
import type { Ledger } from "./ledger/ledger.ts";
import type { SeedStore, StoreKind } from "./seeds/seed-store.ts";

export interface Context {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The name of this computer, a device by itself. */
  readonly hostname: string;
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  random(bytes: number): Uint8Array;
  /** The controlling terminal, or undefined where there is none to talk to (scripts, cron, CI). */
  terminal(): Terminal | undefined;
  readonly folder: DataFolder;
  readonly files: Files;
  readonly gpg: Gpg;
  readonly clipboard: Clipboard;
  readonly screen: ScreenCapture;
  readonly printer: Printer;
  readonly ledger: Ledger;
  /**
   * Opens the seed store, asking for a passphrase if it needs one. The same one on each call.
   * Only "enrol" may choose and make a store where there is none yet; "unattended" asks nobody, and fails instead.
   */
  seeds(purpose?: "enrol" | "unattended"): Promise<SeedStore>;
  /**
   * Gets the other kind of store ready, asking what it has to ask. What comes back makes it, and is called under the
   * data folder's lock. config.json is not touched.
   */
  prepareStore(kind: StoreKind): Promise<() => Promise<SeedStore>>;
  /** Tests only: log2 of the scrypt cost of a backup's passphrase that any computer breaks. */
  readonly unsafeBackupCost?: number;
  /** One more way to open the file store: a new raw key, as base64. */
  addRawKey(): Promise<string>;
  readonly sharedKeys: SharedKeys;
  readonly workTree: WorkTree;
  /** Throws UserError: no git. */
  scratchGit(): Promise<ScratchGit>;
  readonly upkeep: Upkeep;
  /** "20.20.2" */
  readonly nodeVersion: string;
  /** What time it is elsewhere, in milliseconds since 1970. Throws UserError (exit 1) where nobody answers. */
  readonly networkTime: { http(url: string): Promise<number>; ntp(host: string): Promise<number> };
  aws(): Promise<AwsCli>;
  /**
   * The same world with another data folder. Throws UserError (exit 1) unless that is empty, not there yet, or has a file
   * of the name `unfinished`, which says that what is in it was begun by the same command.
   */
  elsewhere(path: string, unfinished: string): Promise<Context>;
}

/** Who can open the file store, and its data key. Each throws UserError (exit 6) where it does not open. */
export interface SharedKeys {
  /** Gives the names of those who were not on the list already. `now`: milliseconds since 1970. */
  add(
    recipients: readonly { readonly name: string; readonly recipient: string }[],
    now: number,
  ): Promise<string[]>;
  /**
   * Makes a new data key, without the recipients whose records are in the files `leaving`. `drop`: also without the slots
   * that can't be made anew, which is an error otherwise. undefined where it finished a change that had been cut off.
   */
  rekey(leaving: readonly string[], drop: boolean): Promise<RekeyReport | undefined>;
  /** Seals with the current data key what is sealed with an older one, and says how many seeds that were. */
  reseal(): Promise<number>;
  check(): Promise<KeysFound>;
}

export interface RekeyReport {
  readonly seeds: number;
  /** Sentences about seeds that could not be opened and stay as they were. */
  readonly unopened: readonly string[];
  /** Files of slots that were left out. */
  readonly dropped: readonly string[];
  /** How many passphrases and raw keys open the seeds as before. */
  readonly carried: number;
}

export interface KeysFound {
  readonly recipients: number;
  readonly faults: readonly { readonly message: string; readonly mend: KeysMend }[];
}

/** "rekey" and "reseal": as above; `add` and `remove`: that recipient, by age1…. */
export type KeysMend =
  | ("rekey" | "reseal" | "by-hand")
  | { readonly add: string; readonly name: string }
  | { readonly remove: string };

/** The data folder as a git work tree, by the user's own git. */
export interface WorkTree {
  /** Whether it is one: a `.git` of its own, not that of a folder around it. */
  isThere(): boolean;
  /** Runs git there, with nothing of our secrets, no prompt, no hook, in bounded time. Throws UserError: no git, too slow. */
  git(args: readonly string[], options?: GitOptions): Promise<GitEnd>;
}

export interface GitOptions {
  readonly input?: string;
  /** It talks to another computer: more patience. */
  readonly remote?: boolean;
  /** Where to, for "fetch twinseed" and "push twinseed"; not on the command line, where others can read it. */
  readonly url?: string;
  /** For "init": there is no work tree yet. */
  readonly noWorkTree?: boolean;
}

export interface GitEnd {
  readonly ok: boolean;
  readonly output: string;
  /** The line of its stderr that says most. */
  readonly complaint: string;
}

/** The user's own git in an empty bare repository of its own: to talk to others, with what it knows of keys and passwords. */
export interface ScratchGit {
  /**
   * Asks nobody, runs no hook. `settings` do not get onto the command line, where others can read them. Throws UserError:
   * too slow.
   */
  run(args: readonly string[], input?: string, settings?: Readonly<Record<string, string>>): Promise<GitEnd>;
  /** The repository is gone then. */
  remove(): void;
}

/** The user's own AWS CLI, with their profiles and their keys, which never come near us. */
export interface AwsCli {
  /** Throws UserError: not installed, can't be run, too slow; not where AWS says no. */
  run(call: AwsCall): Promise<AwsEnd>;
  /**
   * Does `work` alone among all twinseed processes that do `name`, a folder in the data folder: it may take longer than the
   * data folder's own lock allows. Throws UserError after `patience` milliseconds. `assertHeld` throws once another has
   * taken over.
   */
  alone<T>(name: string, patience: number, work: (assertHeld: () => void) => Promise<T>): Promise<T>;
  /** Where the profiles are described. */
  configPath(): string;
  /** Where the long-term keys are; read for the names of profiles only. */
  credentialsPath(): string;
}

export interface AwsCall {
  /** Service, operation and options. */
  readonly command: readonly string[];
  /** What the operation is to get; not on the command line, where others can read it. */
  readonly input?: Readonly<Record<string, string | number>>;
  /** The operation gives a seed, which comes back apart from its answer. */
  readonly seed?: boolean;
  /** Milliseconds. */
  readonly patience: number;
  /** It shall ask nobody. */
  readonly unattended?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface AwsEnd {
  readonly ok: boolean;
  readonly stdout: string;
  /** As it came: not fit for a message. */
  readonly stderr: string;
  /** Empty where none came. */
  readonly seed?: Uint8Array;
}

/** What `doctor` alone needs. */
export interface Upkeep {
  /** What is wrong with the data folder's files as files; undefined where there is no such folder. Changes nothing. */
  fileFaults(): Promise<FileFault[] | undefined>;
  /** Sets the modes of files and folders right. */
  setModes(): Promise<void>;
  /** See SeedStoreKind.ids: takes up to ten seconds. */
  storedIds(kind: StoreKind): Promise<string[]>;
  /** Ids that belong to another data folder of this user: a keyring is shared by all of them. */
  idsElsewhere(): Promise<string[]>;
}

export interface FileFault {
  /** "odd": neither a file nor a folder. "leftover": of an interrupted write. */
  readonly kind: "mode" | "owner" | "link" | "odd" | "leftover";
  /** In the data folder; "" is the folder itself. */
  readonly name: string;
  /** The mode, the owner's number, or where the link points to. */
  readonly found: string;
}

export interface Output {
  write(text: string): void;
  /** False once it was found that nobody reads any more: what is written is dropped. */
  readonly isOpen: boolean;
  readonly isTTY: boolean;
  /** Colours may be used: a terminal, and NO_COLOR is not set. */
  readonly color: boolean;
}

export interface Input {
  readonly isTTY: boolean;
  /** Everything up to the end of input. Throws UserError beyond `limit` bytes. */
  readAll(limit: number): Promise<Uint8Array>;
}

/** A conversation with the person at the terminal; never mixed up with stdin and stdout, which carry data. */
export interface Terminal {
  readonly size: Size;
  /** How many colours it can show: 16 or 256. */
  readonly colors: 16 | 256;
  print(text: string): void;
  /** One line, trimmed. Throws UserError (interrupted) on Ctrl-C or end of input. */
  ask(question: string): Promise<string>;
  /** The same without an echo. */
  askHidden(question: string): Promise<string>;
  confirm(question: string, otherwise: boolean): Promise<boolean>;
  /**
   * Gives the alternate screen to `session` and wipes it on the way out, also on signals and errors,
   * so that nothing drawn stays in the scrollback.
   */
  fullScreen<T>(session: (screen: Screen) => Promise<T>): Promise<T>;
}

export interface Screen {
  /** Draws now and again after each resize. The picture's lines must fit the size they are given. */
  draw(picture: (size: Size) => string): void;
  /** A line typed below the picture. */
  ask(question: string): Promise<string>;
  /**
   * The next key, or undefined when the time is up. Ctrl-C, Ctrl-Z and Ctrl-\ are no keys: they do what they always do.
   * Throws UserError (interrupted) when the terminal is gone.
   */
  key(milliseconds: number): Promise<Key | undefined>;
}

export type KeyName =
  | ("enter" | "escape" | "backspace" | "clear" | "tab" | "back-tab")
  | ("up" | "down" | "page-up" | "page-down" | "home" | "end");

/** "clear" is Ctrl-U. A text is one character; what is pasted comes as one key after another. */
export type Key = { readonly name: KeyName } | { readonly name: "text"; readonly text: string };

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The data folder. Names are relative, with "/" between folder and file. Files are 0600, folders 0700.
 * Every change is beside-the-target, fsync, rename, fsync the folder: a kill leaves the old state or the new one.
 */
export interface DataFolder {
  readonly path: string;
  /** The file's text, or undefined where there is none. Throws UserError if it is there and can't be read. */
  read(name: string): string | undefined;
  /** File names in a folder, sorted, without leftovers of interrupted writes; [] where there is no such folder. */
  list(folder: string): string[];
  /** Puts the file in place whole, over an older one. */
  write(name: string, text: string): void;
  /** Puts the file in place whole, unless one is there already: then false. */
  create(name: string, text: string): boolean;
  /**
   * The same for many files of one folder, at the price of one: `files` are names and texts. Each is there whole or not at
   * all, all of them when it returns. Gives the names that were taken already.
   */
  createAll(files: readonly (readonly [name: string, text: string])[]): string[];
  /** Changes with every file that comes into a folder, goes, or is replaced; undefined where there is no such folder. */
  stamp(folder: string): string | undefined;
  /** Renames durably, over an older one. */
  move(from: string, to: string): void;
  /** Removes durably; no file is no error. */
  remove(name: string): void;
  /** Runs alone among all twinseed processes on this folder. Not reentrant. */
  locked<T>(work: () => Promise<T>): Promise<T>;
}

/** The user's own files, named on the command line. */
export interface Files {
  /** Throws UserError: not found, a folder, too large. */
  read(path: string, limit: number): Promise<Uint8Array>;
  /** Writes a new 0600 file in one step. Throws UserError where one exists, unless `replace`. */
  write(path: string, content: Uint8Array | string, options?: { replace?: boolean }): Promise<void>;
  /** What a name stands for, links not followed. */
  kind(path: string): Promise<"file" | "link" | "other" | "missing">;
  /** Throws UserError (exit 1) where no file can come under this name: no such folder, not for us, read-only. */
  demandWritable(path: string): Promise<void>;
  /** Deletes a regular file, without overwriting it; no file is no error. Throws UserError: anything else. */
  remove(path: string): Promise<void>;
  /**
   * Names of the files in a folder and below it, relative, with "/", sorted; hidden ones are left out. undefined where the
   * path is no folder. Throws UserError beyond `most` files.
   */
  folder(path: string, most: number): Promise<string[] | undefined>;
  /** The files that a name with wildcards stands for, where the shell leaves that to us (Windows); else the name itself. */
  expand(path: string): Promise<string[]>;
}

/** The user's own GnuPG, with their keys and their agent. */
export interface Gpg {
  /** What an encrypted file holds. Throws UserError: no gpg, no key, not decrypted, beyond `limit` bytes. */
  decrypt(path: string, limit: number): Promise<Uint8Array>;
}

export interface Clipboard {
  /** Puts text on the clipboard and has it cleared after `clearAfter` seconds, if it still holds this text then. */
  copy(text: string, clearAfter: number): Promise<void>;
  /** The picture on it, undefined where there is none. Throws UserError: no clipboard, no tool for it, beyond `limit` bytes. */
  picture(limit: number): Promise<Uint8Array | undefined>;
  /** The text on it, likewise. */
  text(limit: number): Promise<Uint8Array | undefined>;
}

/** What the person's screen shows, as a picture. It leaves nothing behind. */
export interface ScreenCapture {
  /** Whether a region can be dragged here. */
  canSelect(): Promise<boolean>;
  /** Throws UserError: no screen, no tool for it, nothing selected, beyond `limit` bytes. */
  capture(kind: "region" | "full", limit: number): Promise<Uint8Array>;
}

/** The system's printers. Printing leaves no file of ours behind; what the print queue keeps is the system's. */
export interface Printer {
  /** An HTML page with a title of its own. Throws UserError: nothing to lay it out or to print with, refused by the printer. */
  print(page: string, options?: PrintOptions): Promise<void>;
}

export interface PrintOptions {
  /** Else the system's default. */
  readonly printer?: string;
  /** Else the one in use where the user lives. */
  readonly paper?: "a4" | "letter";
}
