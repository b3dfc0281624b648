/**
 * Damages every file of a data folder at every byte, truncates it anywhere, or empties it. The damaged file must be named and
 * kept, everything else must work, and no code may ever be wrong.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { ENV, filledHome } from "./filled.ts";
import { inside } from "./inside.ts";
import { keyOf } from "./operations.ts";

/** Truncates at every CUT_EVERY-th byte, and runs a command for every COMMAND_EVERY-th damage. */
const CUT_EVERY = 7;
const COMMAND_EVERY = 40;

let files: Record<string, string>;
let keys: Map<string, string>;
let ids: { plain: string; counting: string; removed: string };

async function readHome() {
  const { data, view, plain, counting, removed, here } = await filledHome(temporaryFolder());
  // Includes what a kill during an import leaves.
  const names = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  files = Object.fromEntries(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(data.length + 1), readFileSync(path, "utf8")];
    }),
  );
  keys = new Map([...view.here, ...view.removed].map(({ id, key }) => [id, key]));
  ids = { plain: plain.id, counting: counting.id, removed: removed.id };
  expect(here.messages()).toEqual([]);
}

/** Each damaged version, with a description of the damage. */
function* damages(text: string): Generator<[string, string]> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (at % 2 === 0 ? 0x01 : 0x80);
    yield [`byte ${at} changed`, changed.toString()];
    if (at % CUT_EVERY === 0) yield [`cut off after ${at} bytes`, bytes.subarray(0, at).toString()];
  }
}

/**
 * Lists what is wrong. Nothing may be wrong with the other files; the damaged one must be named, or the damage must have no
 * effect.
 */
async function wrongs(name: string, text: string): Promise<string[]> {
  const folder = memoryFolder({ ...files, [name]: text });
  const here = inside(folder.path, ENV, folder);
  const found: string[] = [];
  const own = /([a-z2-7]{16})\.json$/.exec(name)?.[1];
  const { ledger } = here;
  const there = new Map([...ledger.accounts(), ...ledger.removed()].map((account) => [account.id, account]));
  ledger.devices();
  const said = here.messages().join();
  for (const [id, key] of keys) {
    if (!there.has(id) && (id !== own || !said.includes(name))) found.push(`${id} is missing: ${said}`);
    try {
      const enrollment = await (await here.seeds()).get(id);
      if (keyOf(enrollment) !== key) found.push(`${id} gives wrong codes`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const isNamed = [error.message, ...error.hints].some((line) => line.includes(name));
      if (!isNamed) found.push(`${id}: ${error.message} ${error.hints.join()}`);
      if (name.startsWith("seeds/") && id !== own) found.push(`${id} is gone with ${name}`);
    }
  }
  return found;
}

/** Changes something else, which must not delete the damaged file. */
async function lostByChange(name: string, text: string): Promise<string[]> {
  const folder = memoryFolder({ ...files, [name]: text });
  const here = inside(folder.path, ENV, folder);
  const other = name.includes(ids.plain) ? ids.counting : ids.plain;
  const rename = await here.run(["rename", other, "another-name"]);
  const add = await here.run(["device", "add", "another-device", "--kind", "phone"]);
  const found: string[] = [];
  for (const { exitCode, stderr } of [rename, add])
    if (/\bbug\b/.test(stderr) || (exitCode !== 0 && !stderr.includes(name))) found.push(stderr);
  if (name !== "names.json" && ![...folder.files.values()].includes(text) && !isReadAsIs(name))
    found.push("the damaged file is gone");
  return found;
}

/** If the damage results in another valid file, it does not count; the device list is then rewritten, as requested. */
function isReadAsIs(name: string): boolean {
  return name === "devices.json";
}

describe("damaged at every byte", { timeout: 120_000 }, () => {
  const kinds: Record<string, () => string> = {
    "config.json": () => "config.json",
    "devices.json": () => "devices.json",
    "an account": () => `accounts/${ids.plain}.json`,
    "an account that counts": () => `accounts/${ids.counting}.json`,
    "a removed account": () => `removed/${ids.removed}.json`,
    "a seed": () => `seeds/${ids.plain}.json`,
    "the key": () => Object.keys(files).find((name) => name.startsWith("keys/")) ?? "",
  };

  it.each(Object.entries(kinds))("%s", async (_, nameOf) => {
    await readHome();
    const name = nameOf();
    const text = files[name] ?? "";
    expect(text).not.toBe("");
    const found: string[] = [];
    let number = 0;
    for (const [what, damaged] of damages(text)) {
      for (const wrong of await wrongs(name, damaged)) found.push(`${what}: ${wrong}`);
      if (number++ % COMMAND_EVERY > 0 && damaged !== "") continue;
      for (const wrong of await lostByChange(name, damaged)) found.push(`${what}, then a change: ${wrong}`);
    }
    expect(number).toBeGreaterThan(50);
    expect(found).toEqual([]);
  });
});
