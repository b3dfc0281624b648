/** What a commit holds, as far as it can be ours: read with limits, and named where it can't be used. */
import { ExitCode, UserError } from "../base/errors.ts";
import { OWN_LIMITS } from "../base/limits.ts";
import { quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { git, successOf } from "./git-command.ts";
import { isShared } from "./shared-files.ts";

export type Files = ReadonlyMap<string, string>;

/** Objects by their paths. `size` in bytes; undefined for what we make ourselves. */
export type Tree = ReadonlyMap<
  string,
  { readonly mode: string; readonly object: string; readonly size?: number }
>;

/** What a commit holds. */
export interface Known {
  readonly commit: string;
  readonly tree: Tree;
  readonly files: Files;
  /** Shared files that count as not there, and what is wrong with each. */
  readonly unusable: ReadonlyMap<string, string>;
  /** What is no plain file, or another file's name in capitals, in places where only shared files are. */
  readonly odd: readonly string[];
}

export async function knownOf(commit: string, needs: Needs<"folder" | "workTree">): Promise<Known> {
  const tree = await treeOf(commit, needs);
  return { commit, tree, odd: [...tree].flatMap(oddName), ...(await filesOf(tree, needs)) };
}

/** Some disks take SEEDS/ for seeds/. */
function oddName([name, { mode }]: readonly [string, { readonly mode: string }]): string[] {
  const isOurs = isShared(name.toLowerCase());
  return isOurs && (name !== name.toLowerCase() || mode !== "100644") ? [name] : [];
}

async function treeOf(commit: string, needs: Needs<"folder" | "workTree">): Promise<Tree> {
  const listing = await git(needs, ["ls-tree", "-r", "-l", "-z", "--full-tree", commit]);
  const entries = listing.split("\0").filter(Boolean);
  return new Map(
    entries.flatMap((entry) => {
      const parts = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(entry) ?? [];
      const [, mode = "", object = "", size = "", name = ""] = parts;
      return name === "" ? [] : [[name, { mode, object, size: Number(size) }] as const];
    }),
  );
}

/**
 * The shared files of a commit, and what is wrong with those that are left out. Links and the like are not files of ours,
 * whatever they are called. Throws UserError (exit 1) where there are more of them than any store has.
 */
async function filesOf(
  tree: Tree,
  needs: Needs<"folder" | "workTree">,
): Promise<Pick<Known, "files" | "unusable">> {
  const files = new Map<string, string>();
  const unusable = new Map<string, string>();
  const shared = [...tree].filter(([name, { mode }]) => isShared(name) && mode === "100644");
  if (shared.length > OWN_LIMITS.sharedFiles) throw tooManyFiles(shared.length);
  const wanted = shared.filter(([name, { size = 0 }]) => {
    if (size <= OWN_LIMITS.sharedBytes) return true;
    unusable.set(name, `it has ${size} bytes, more than ${OWN_LIMITS.sharedBytes}`);
    return false;
  });
  if (wanted.length === 0) return { files, unusable };
  const input = wanted.map(([, { object }]) => `${object}\n`).join("");
  const bytes = Buffer.from((await successOf(needs, ["cat-file", "--batch"], { input })).bytes);
  let at = 0;
  for (const [name] of wanted) {
    const end = bytes.indexOf("\n", at);
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(bytes.subarray(at, end).toString("latin1")) ?? [];
    if (size === undefined) throw new UserError(`git does not have ${quoted(name)}`, ExitCode.failed);
    const content = bytes.subarray(end + 1, end + 1 + Number(size));
    const text = textOf(content);
    if (text === undefined) unusable.set(name, "it is not text (UTF-8)");
    else files.set(name, text);
    at = end + 1 + Number(size) + 1;
  }
  return { files, unusable };
}

/** undefined for bytes that are no UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function tooManyFiles(count: number): UserError {
  return new UserError(
    `the repository holds ${count} accounts, seeds and keys, more than ${OWN_LIMITS.sharedFiles}`,
    ExitCode.failed,
    ["nothing was taken in; look at who pushed them: git log --stat"],
  );
}
