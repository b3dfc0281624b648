/**
 * Sessions in text files, replayed and compared complete: read their diff as a user would.
 * Lines: `# remark`, `@now TIME` and `@accounts name…` (setup), `$ twinseed …`, `< stdin`, `2| stderr`, `T| terminal`,
 * `> answer at the terminal`, `? exit code` unless it is 0; every other line is stdout. `[id]` stands for an id, `[sha256]` for a hash,
 * `[words]`, `[recipient]` and the like for what is different each time (in a command: what was printed last).
 * `@computer NAME`: the following commands run on that computer, which shares a git repository with the others (`@accounts` are
 * on the first one, `laptop`).
 * `$ twinseed … | head -N`: the reader of stdout closes it. The AWS page is on the screen, and its code on the clipboard.
 * `UPDATE_TRANSCRIPTS=1 npx vitest run test/transcripts.test.ts` writes the actual output.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { replay } from "./helpers/replay.ts";
import { needs } from "./helpers/system-packages.ts";

const FOLDER = new URL("./transcripts/", import.meta.url);
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));

it("there are some", () => expect(names.length).toBeGreaterThan(2));

describe.each(names)("%s", (name) => {
  const file = new URL(name, FOLDER);
  const text = readFileSync(file, "utf8");
  const hasAll = !/^@computer /m.test(text) || needs("git");
  it.skipIf(!hasAll)("is as it was", async () => {
    const written = await replay(text);
    if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(file, written);
    else expect(written).toBe(text);
  });
});
