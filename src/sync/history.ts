/** Who changed what and when: from the list of members, and from the commits that members signed. Names accounts, never seeds. */
import { attempt } from "../base/errors.ts";
import { parseFields } from "../base/untrusted-json.ts";
import type { ReadEntry } from "../members/entry.ts";
import type { Needs } from "../world.ts";
import { git, successOf } from "./git-command.ts";
import { commitOf } from "./repository.ts";
import { ATTRIBUTES, IGNORED } from "./shared-files.ts";
import { parseCommit, type SignedCommit, signerOfCommit } from "./signed-commit.ts";

export interface Event {
  /** ISO 8601, by the clock of who did it. */
  readonly at: string;
  /** The member's name; undefined for a commit that no member signed. */
  readonly by: string | undefined;
  readonly changes: readonly Change[];
}

export interface Change {
  readonly what:
    | (
        | "began"
        | "member added"
        | "member removed"
        | "member changed"
        | "new data key"
        | "ways to open changed"
      )
    | ("account added" | "account changed" | "account removed" | "account restored")
    | ("seed sealed again" | "seed removed" | "seeds sealed again" | "note changed")
    | ("devices changed" | "other files");
  /** The member's or the account's name. */
  readonly name?: string;
}

/** `path`: the list of members, from the first entry to the newest. The newest event comes first. */
export async function historyOf(
  path: readonly ReadEntry[],
  limit: number,
  needs: Needs<"folder" | "workTree">,
): Promise<Event[]> {
  const commits = (await needs.workTree.isThere()) ? await eventsOfCommits(path, limit, needs) : [];
  const events = [...path.map((read, i) => eventOfEntry(read, path[i - 1])), ...commits];
  return events.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, limit);
}

function eventOfEntry({ entry }: ReadEntry, before: ReadEntry | undefined): Event {
  const { at, by, members } = entry;
  if (before === undefined) return { at, by, changes: [{ what: "began" }] };
  const old = before.entry;
  const changes: Change[] = [];
  for (const one of members) {
    const same = old.members.find(({ name }) => name === one.name);
    if (same === undefined) changes.push({ what: "member added", name: one.name });
    else if (same.recipient !== one.recipient || same.signer !== one.signer)
      changes.push({ what: "member changed", name: one.name });
  }
  for (const { name } of old.members)
    if (!members.some((one) => one.name === name)) changes.push({ what: "member removed", name });
  if (entry.key !== old.key) changes.push({ what: "new data key" });
  else if (changes.length === 0) changes.push({ what: "ways to open changed" });
  return { at, by, changes };
}

interface Commit {
  readonly id: string;
  readonly text: string;
  readonly files: readonly ChangedFile[];
}

/** A path, with the objects before and after; 000… for none. */
interface ChangedFile {
  readonly name: string;
  readonly old: string;
  readonly new: string;
}

async function eventsOfCommits(
  path: readonly ReadEntry[],
  limit: number,
  needs: Needs<"folder" | "workTree">,
): Promise<Event[]> {
  const commits = await readCommits(limit, needs);
  const told = commits.flatMap(({ files }) =>
    files.filter(({ name }) => ACCOUNT.test(name) || INITIAL.has(name)),
  );
  const objects = new Set(told.flatMap((one) => [one.old, one.new]).filter((one) => !NONE.test(one)));
  const texts = await objectsOf([...objects], needs);
  const members = path.flatMap(({ entry }) => entry.members);
  return commits.flatMap(({ text, files }) => {
    const changes = changesIn(files, texts, needs);
    if (changes.length === 0) return [];
    const signed = parseCommit(text);
    const seconds = signed?.time ?? Number(/^committer .*> (\d{1,12}) /m.exec(text)?.[1] ?? 0);
    return [{ at: new Date(seconds * 1000).toISOString(), by: signed && authorOf(signed, members), changes }];
  });
}

function authorOf(signed: SignedCommit, members: ReadEntry["entry"]["members"]): string | undefined {
  const key = signerOfCommit(signed, [...new Set(members.flatMap(({ signer }) => signer ?? []))]);
  return members.findLast(({ signer }) => key !== undefined && signer === key)?.name;
}

const ACCOUNT = /^(accounts|removed)\/([a-z0-9]+)\.json$/;
/** What is sealed for an account. */
const SEALED = /^(seeds|notes)\/([a-z0-9]+)\.json$/;
const NONE = /^0+$/;
/** What `sync --init` commits before everything else. */
const INITIAL = new Map([
  [".gitattributes", ATTRIBUTES],
  [".gitignore", IGNORED],
]);

/** `texts`: of the accounts before and after, by their objects. */
function changesIn(
  files: Commit["files"],
  texts: ReadonlyMap<string, string>,
  { folder }: Needs<"folder">,
): Change[] {
  const changes: Change[] = [];
  const byId = new Map<string, { live?: ChangedFile; gone?: ChangedFile }>();
  for (const file of files) {
    const [, folder, id] = ACCOUNT.exec(file.name) ?? [];
    if (id === undefined) continue;
    const both = byId.get(id) ?? {};
    byId.set(id, folder === "accounts" ? { ...both, live: file } : { ...both, gone: file });
  }
  for (const [id, { live, gone }] of byId) {
    const file = live ?? gone;
    const name = nameIn(texts.get(file?.new ?? "")) ?? nameIn(texts.get(file?.old ?? "")) ?? id;
    if (live === undefined) continue;
    const [isNew, isGone] = [NONE.test(live.old), NONE.test(live.new)];
    const what = isGone
      ? "account removed"
      : !isNew
        ? "account changed"
        : gone === undefined
          ? "account added"
          : "account restored";
    changes.push({ what, name });
  }
  const isRekeyed = files.some(({ name }) => name.startsWith("members/"));
  if (isRekeyed && files.some(isResealed)) changes.push({ what: "seeds sealed again" });
  for (const file of files) {
    const [, kind, id] = SEALED.exec(file.name) ?? [];
    const what =
      kind === "notes" ? "note changed" : NONE.test(file.new) ? "seed removed" : "seed sealed again";
    if (id === undefined || isRekeyed || (kind === "seeds" && NONE.test(file.old))) continue;
    changes.push({ what, name: nameHere(id, folder) });
  }
  if (files.some(({ name }) => name === "devices.json")) changes.push({ what: "devices changed" });
  const isOther = ({ name, old, new: now }: ChangedFile): boolean =>
    !/^(accounts|removed|seeds|notes|keys|members)\/|^devices\.json$/.test(name) &&
    !(NONE.test(old) && INITIAL.has(name) && texts.get(now) === INITIAL.get(name));
  if (files.some(isOther)) changes.push({ what: "other files" });
  return changes;
}

/** With the key that is current now; whether it is the same seed, only a member could say. */
function isResealed({ name, old }: ChangedFile): boolean {
  return SEALED.test(name) && !NONE.test(old);
}

function nameIn(text: string | undefined): string | undefined {
  const { name } = parseFields(text ?? "");
  return typeof name === "string" ? name : undefined;
}

function nameHere(id: string, folder: Needs<"folder">["folder"]): string {
  const texts = ["accounts", "removed"].map((where) => attempt(() => folder.read(`${where}/${id}.json`)));
  return texts.flatMap((text) => (typeof text === "string" ? (nameIn(text) ?? []) : []))[0] ?? id;
}

async function readCommits(limit: number, needs: Needs<"folder" | "workTree">): Promise<Commit[]> {
  if ((await commitOf("HEAD", needs)) === undefined) return [];
  const args = ["log", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "-z", "--root"];
  const listing = await git(needs, [...args, `--max-count=${limit}`, "--format=%x01%H%x02"]);
  const parts = listing.split("\x01").slice(1);
  const ids = parts.map((part) => part.split("\x02")[0] ?? "");
  const texts = await objectsOf(ids, needs);
  return parts.map((part, i) => {
    const fields = (part.split("\x02")[1] ?? "").split("\0").filter((field) => field.trim() !== "");
    const files = fields.flatMap((field, at) => {
      const [, old = "", now = ""] = /^\n?:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) \w$/.exec(field) ?? [];
      const name = fields[at + 1];
      return old === "" || name === undefined ? [] : [{ name, old, new: now }];
    });
    const id = ids[i] ?? "";
    return { id, text: texts.get(id) ?? "", files };
  });
}

async function objectsOf(
  ids: readonly string[],
  needs: Needs<"folder" | "workTree">,
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const input = ids.map((id) => `${id}\n`).join("");
  const bytes = Buffer.from((await successOf(needs, ["cat-file", "--batch"], { input })).bytes);
  const texts = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\n", at);
    const [, id, size] = /^([0-9a-f]+) \w+ (\d+)$/.exec(bytes.subarray(at, end).toString("latin1")) ?? [];
    if (id === undefined) break;
    texts.set(id, bytes.subarray(end + 1, end + 1 + Number(size)).toString());
    at = end + 1 + Number(size) + 1;
  }
  return texts;
}
