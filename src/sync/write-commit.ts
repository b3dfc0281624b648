/** Writes a commit: the objects of its files, its tree, and the commit itself. No branch moves. */
import { isPrivate } from "../base/private-files.ts";
import type { Needs } from "../world.ts";
import type { Files, Known, Tree } from "./commit-content.ts";
import { git } from "./repository.ts";

export interface Content {
  /** All shared files. */
  readonly files: Files;
  readonly extra?: Files;
  /** Objects at other paths. */
  readonly rest?: Tree;
}

export async function commitFiles(
  { files, extra = new Map(), rest = new Map() }: Content,
  like: Known | undefined,
  parents: readonly string[],
  needs: Needs<"computer" | "folder" | "workTree">,
): Promise<string> {
  const known: Files = like?.files ?? new Map();
  const changed = [...files, ...extra].filter(([name, text]) => known.get(name) !== text);
  const gone = [...known.keys()].filter((name) => !files.has(name));
  const stray = [...(like?.tree.keys() ?? [])].filter(isPrivate);
  const isSame = changed.length + gone.length + stray.length === 0;
  if (isSame && like !== undefined && parents.length < 2) return like.commit;
  const objects = await writeObjects(
    changed.map(([, text]) => text),
    needs,
  );
  const tree = new Map(like?.tree);
  for (const name of [...gone, ...stray]) tree.delete(name);
  for (const [name, entry] of rest) tree.set(name, entry);
  for (const [i, [name]] of changed.entries()) tree.set(name, { mode: "100644", object: objects[i] ?? "" });
  return commitTree(await writeTree(tree, needs), parents, needs);
}

/** Writes a tree object of these paths, from the leaves up: one process for all folders of a depth, and one for the root. */
async function writeTree(tree: Tree, needs: Needs<"folder" | "workTree">): Promise<string> {
  const folders = new Map<string, string[]>([["", []]]);
  const add = (path: string, entry: string): void => {
    const [, folder = "", name = ""] = /^(?:(.*)\/)?(.*)$/s.exec(path) ?? [];
    const text = `${entry}\t${name}\0`;
    if (folders.get(folder)?.push(text) === undefined) folders.set(folder, [text]);
  };
  for (const [path, { mode, object }] of tree)
    add(path, `${mode} ${mode === "160000" ? "commit" : "blob"} ${object}`);
  const depthOf = (folder: string): number => (folder === "" ? 0 : folder.split("/").length);
  for (let depth = Math.max(...[...folders.keys()].map(depthOf)); depth > 0; depth--) {
    const level = [...folders].filter(([folder]) => depthOf(folder) === depth);
    const input = level.map(([, entries]) => `${entries.join("")}\0`).join("");
    const objects = (await git(needs, ["mktree", "-z", "--batch"], { input })).split("\n");
    for (const [i, [folder]] of level.entries()) add(folder, `040000 tree ${objects[i]}`);
  }
  return (await git(needs, ["mktree", "-z"], { input: folders.get("")?.join("") ?? "" })).trim();
}

/** Writes all objects with one process: git fast-import reads them as a stream. */
async function writeObjects(
  texts: readonly string[],
  needs: Needs<"folder" | "workTree">,
): Promise<string[]> {
  if (texts.length === 0) return [];
  const blobs = texts.map((text, i) => `blob\nmark :${i + 1}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  const asks = texts.map((_, i) => `get-mark :${i + 1}\n`);
  const input = `feature done\n${blobs.join("")}${asks.join("")}done\n`;
  const output = await git(needs, ["fast-import", "--quiet"], { input });
  return output.split("\n").filter(Boolean);
}

/** Commits in the user's name if git knows it, or else in twinseed's. */
async function commitTree(
  tree: string,
  parents: readonly string[],
  needs: Needs<"computer" | "folder" | "workTree">,
): Promise<string> {
  const args = ["commit-tree", tree, ...parents.flatMap((one) => ["-p", one])];
  const message = { input: `twinseed sync on ${hostOf(needs)}\n` };
  const { ok, output } = await needs.workTree.git(args, message);
  if (ok) return output.trim();
  const who = ["-c", "user.name=twinseed", "-c", `user.email=twinseed@${hostOf(needs)}`];
  return (await git(needs, [...who, ...args], message)).trim();
}

function hostOf({ computer }: Needs<"computer">): string {
  return computer.hostname.replace(/[^\w.-]/g, "") || "localhost";
}
