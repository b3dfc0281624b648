/**
 * Every file of a data folder damaged at every byte, cut off anywhere, or empty: what is damaged is named and kept, the rest
 * works, and no code is ever wrong.
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

/** Cut off at every so many bytes, and a command is run at every so many damages. */
const CUT_EVERY = 7;
const COMMAND_EVERY = 40;

let files: Record<string, string>;
let keys: Map<string, string>;
let ids: { plain: string; counting: string; removed: string };

async function readHome() {
  const { data, view, plain, counting, removed, here } = await filledHome(temporaryFolder());
  // What a kill in an import leaves.
  const names = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  files = Object.fromEntries(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(data.length + 1), readFileSync(path, "utf8")];
    }),
  );
  keys = new Map([...view.here, ...view.removed].map(({ id, key }) => [id, key]));
  ids = { plain: plain.id, counting: counting.id, removed: removed.id };
  expect(here.said()).toEqual([]);
}

/** Each of it, with what was done to it. */
function* damages(text: string): Generator<[string, string]> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (at % 2 === 0 ? 0x01 : 0x80);
    yield [`byte ${at} changed`, changed.toString()];
    if (at % CUT_EVERY === 0) yield [`cut off after ${at} bytes`, bytes.subarray(0, at).toString()];
  }
}

/** What may be wrong with the others: nothing. With the file itself: that it is named, or that nobody notices. */
async function wrongs(name: string, text: string): Promise<string[]> {
  const folder = memoryFolder({ ...files, [name]: text });
  const here = inside(folder.path, ENV, folder);
  const found: string[] = [];
  const own = /([a-z2-7]{16})\.json$/.exec(name)?.[1];
  const { ledger } = here;
  const there = new Map([...ledger.accounts(), ...ledger.removed()].map((account) => [account.id, account]));
  ledger.devices();
  const said = here.said().join();
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

/** A change of something else, which must keep what is damaged. */
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
    found.push("what was damaged is gone");
  return found;
}

/** A damage that makes another sound file is no damage; the device list is written anew then, as asked. */
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
