/** A new passphrase is short below ten characters, whatever it locks: a backup had eight. */
import { describe, expect, it } from "vitest";
import { github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

/** "é" as e and an accent is one character. */
const NINE = "123 5678e\u0301\n";
const TEN = "123 56789e\u0301\n";

const FROM_A_FILE = [
  ["backup create b.age --passphrase-file new", "a passphrase of fewer than 10 characters is easy to guess"],
  ["export aegis --output x.json --passphrase-file new", "this password is short"],
] as const;

describe("a short passphrase", () => {
  it.each(FROM_A_FILE)("in the file of: %s", async (command, warning) => {
    for (const [text, isShort] of [
      [NINE, true],
      [TEN, false],
    ] as const) {
      const { exitCode, stderr } = await testCli({ accounts: [github], files: { new: text } }).run(command);
      expect([exitCode, stderr.includes(warning)]).toEqual([0, isShort]);
    }
  });

  it("typed for a backup is asked about, and not warned of again", async () => {
    const cli = testCli({ accounts: [github] });
    const { exitCode, stderr, terminal } = await cli.run("backup create b.age", {
      answers: [NINE, "y", NINE],
    });
    expect(exitCode).toBe(0);
    expect(terminal).toContain("fewer than 10 characters");
    expect(stderr).not.toContain("10 characters");
  });
});
