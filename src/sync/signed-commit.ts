/**
 * The commits that `sync` makes: signed by this computer, with a message that names the store, the number of the newest entry of
 * the members' list, and the SHA-256 of all shared files. Only exactly this form counts: git also calls a commit good that has
 * a second, junk signature, under another id. Pure.
 */
import { sha256 } from "../base/node-crypto.ts";
import type { Files } from "./commit-content.ts";
import { signerOf, sshSignature } from "./ssh-signature.ts";

export interface Author {
  readonly name: string;
  readonly signer: string;
  readonly sign: (bytes: Uint8Array) => string;
}

export interface Statement {
  /** The store's id. */
  readonly store: string;
  /** The number of the newest entry of the members' list. */
  readonly list: number;
  /** See sumOf. */
  readonly sum: string;
}

export interface SignedCommit extends Statement {
  /** As the commit says; only the key that signed it counts. */
  readonly name: string;
  readonly parents: readonly string[];
  /** Seconds since 1970, by the author's clock. */
  readonly time: number;
  /** What was signed, and the signature. */
  readonly message: string;
  readonly signature: string;
}

const ID = "[0-9a-f]{40}|[0-9a-f]{64}";
const FORM = new RegExp(
  `^tree (?<tree>${ID})\n` +
    `(?<parents>(?:parent (?:${ID})\n)*)` +
    "author (?<name>[A-Za-z0-9._@/-]+) <(?<mail>[A-Za-z0-9._@/-]+)> (?<time>\\d{1,12}) \\+0000\n" +
    "committer (?<name2>[A-Za-z0-9._@/-]+) <(?<mail2>[A-Za-z0-9._@/-]+)> (?<time2>\\d{1,12}) \\+0000\n" +
    "gpgsig (?<signature>-----BEGIN SSH SIGNATURE-----\n(?: [A-Za-z0-9+/=]{1,70}\n){1,20} -----END SSH SIGNATURE-----\n)" +
    "\ntwinseed sync by (?<name3>[A-Za-z0-9._@/-]+)\n\n" +
    "Store: (?<store>[0-9a-f]{32})\nList: (?<list>[1-9]\\d{0,5})\nFiles: (?<sum>[0-9a-f]{64})\n$",
);

/** The text of the commit object. `time`: seconds since 1970. */
export function formatCommit(
  tree: string,
  parents: readonly string[],
  statement: Statement,
  author: Author,
  time: number,
): string {
  const [head, message] = partsOf(tree, parents, statement, author.name, time);
  const signature = sshSignature(`${head}\n${message}`, author);
  return `${head}gpgsig ${signature.trimEnd().replaceAll("\n", "\n ")}\n\n${message}`;
}

/** undefined for a commit of any other form. */
export function parseCommit(text: string): SignedCommit | undefined {
  const { groups } = FORM.exec(text) ?? {};
  if (groups === undefined) return undefined;
  const { tree = "", parents: lines = "", name = "", time = "", store = "", sum = "" } = groups;
  const parents = lines.split("\n").flatMap((line) => line.split(" ")[1] ?? []);
  const statement = { store, list: Number(groups.list), sum };
  const [head, body] = partsOf(tree, parents, statement, name, Number(time));
  const signature = (groups.signature ?? "").replaceAll("\n ", "\n");
  const again = `${head}gpgsig ${signature.trimEnd().replaceAll("\n", "\n ")}\n\n${body}`;
  if (again !== text) return undefined;
  return { ...statement, name, parents, time: Number(time), message: `${head}\n${body}`, signature };
}

/** The one of these keys that signed it. */
export function signerOfCommit(
  { message, signature }: SignedCommit,
  signers: readonly string[],
): string | undefined {
  return signerOf(message, signature, signers);
}

/** SHA-256 of all shared files, names and contents, in hexadecimal. */
export function sumOf(files: Files): string {
  const names = [...files.keys()].sort();
  return sha256(names.map((name) => `${sha256(files.get(name) ?? "")}  ${name}\n`).join(""));
}

function partsOf(
  tree: string,
  parents: readonly string[],
  { store, list, sum }: Statement,
  name: string,
  time: number,
): [head: string, message: string] {
  const who = `${name} <${name}@twinseed.invalid> ${time} +0000`;
  const head = [
    `tree ${tree}`,
    ...parents.map((one) => `parent ${one}`),
    `author ${who}`,
    `committer ${who}`,
    "",
  ];
  return [head.join("\n"), `twinseed sync by ${name}\n\nStore: ${store}\nList: ${list}\nFiles: ${sum}\n`];
}
