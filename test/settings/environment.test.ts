/** The table of variables has what the sources read, and nothing else. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { VARIABLES } from "../../src/settings/environment.ts";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));
const TABLE = "settings/environment.ts";

/** Put in by build.mjs; no variable of the environment. */
const NOT_READ = ["TWINSEED_VERSION", "TWINSEED_BUGS", "TWINSEED_STANDALONE"];

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".ts") && name !== TABLE)
  .map((name) => ({ name, text: readFileSync(`${SRC}/${name}`, "utf8") }));
const sources = files.map(({ text }) => text).join("\n");

const known = VARIABLES.map(({ name }) => name);
const found = (pattern: RegExp): string[] =>
  Array.from(new Set(Array.from(sources.matchAll(pattern), ([, name = ""]) => name)));

describe("the table of environment variables", () => {
  it("has every one that the sources read, or name in a message", () => {
    const named = found(/\b(TWINSEED_[A-Z_]+)/g).filter((name) => !NOT_READ.includes(name));
    expect(named).toContain("TWINSEED_HOME");
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("has none that nobody reads", () => {
    // As env.NAME, or in a table of names whose env[name] is read.
    const read = [...found(/\benv\.([A-Z_]+)/g), ...found(/\bname: "(TWINSEED_[A-Z_]+)"/g)];
    expect(known.filter((name) => !read.includes(name))).toEqual([]);
  });

  it("is loaded by help and the pages alone, never by `code NAME`", () => {
    const users = files
      .filter(({ text }) => text.includes("settings/environment.ts"))
      .map(({ name }) => name);
    expect(users.toSorted()).toEqual(["cli/commands-page.ts", "cli/help-environment.ts", "cli/man-page.ts"]);
    const eager = files.filter(({ text }) => /from ".*help-environment\.ts"/.test(text));
    expect(eager.map(({ name }) => name)).toEqual([]);
  });

  it("names each once", () => {
    expect(new Set(known).size).toBe(known.length);
  });
});
