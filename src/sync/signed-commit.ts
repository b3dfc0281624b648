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

/** With 100 parents it has fewer characters. */
const LONGEST = 10_000;
const TREE = /^tree ([0-9a-f]{40}|[0-9a-f]{64})\n/;
const PARENT = /^parent ([0-9a-f]{40}|[0-9a-f]{64})$/;
const AUTHOR = /^author ([A-Za-z0-9._@/-]{1,64}) <\S{1,100}> (\d{1,12}) \+0000$/;
const STATEMENT = /\n\nStore: ([0-9a-f]{32})\nList: ([1-9]\d{0,5})\nFiles: ([0-9a-f]{64})\n$/;
const [SIGNATURE, END] = ["gpgsig ", "\n\n"];

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
  return joined(head, signature, message);
}

/** undefined for a commit of any other form: it is taken apart, and put together again for comparison. */
export function parseCommit(text: string): SignedCommit | undefined {
  if (text.length > LONGEST) return undefined;
  const [, tree] = TREE.exec(text) ?? [];
  const [, store, list, sum] = STATEMENT.exec(text) ?? [];
  const lines = text.split("\n");
  const parents = lines.flatMap((line) => PARENT.exec(line)?.[1] ?? []);
  const [, name, time] = lines.map((line) => AUTHOR.exec(line)).find((found) => found !== null) ?? [];
  const [start, end] = [text.indexOf(`\n${SIGNATURE}`), text.indexOf(END)];
  if (tree === undefined || store === undefined || list === undefined || sum === undefined) return undefined;
  if (name === undefined || time === undefined || start < 0 || end < start) return undefined;
  const statement = { store, list: Number(list), sum };
  const [head, body] = partsOf(tree, parents, statement, name, Number(time));
  const signature = `${text.slice(start + 1 + SIGNATURE.length, end).replaceAll("\n ", "\n")}\n`;
  if (joined(head, signature, body) !== text) return undefined;
  return { ...statement, name, parents, time: Number(time), message: `${head}\n${body}`, signature };
}

function joined(head: string, signature: string, body: string): string {
  return `${head}${SIGNATURE}${signature.trimEnd().replaceAll("\n", "\n ")}${END}${body}`;
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
