/** The editor: which program with which arguments, and never a file on a disk. The real one: test/real/notes-editor.test.ts. */
import { expect, it } from "vitest";
import { editorCommand, userEditor } from "../../src/system/programs/run-editor.ts";

it.each([
  [{}, ["vi"]],
  [{ EDITOR: "nano" }, ["nano"]],
  [{ EDITOR: "nano", VISUAL: " " }, ["nano"]],
  [{ EDITOR: "nano", VISUAL: "code --wait" }, ["code", "--wait"]],
  [{ EDITOR: "\"/opt/my editor/run\" -n 'two words'" }, ["/opt/my editor/run", "-n", "two words"]],
  [{ EDITOR: "C:\\Tools\\edit.exe -x" }, ["C:\\Tools\\edit.exe", "-x"]],
])("%o starts %o", (env, command) => expect(editorCommand(env)).toEqual(command));

it("vim keeps no swap file, backup, undo file or history", () => {
  for (const name of ["vim", "/usr/bin/nvim"])
    expect(editorCommand({ EDITOR: name })).toEqual([
      name,
      "-n",
      "-i",
      "NONE",
      "-c",
      expect.stringContaining("noundofile"),
    ]);
});

it.each(["nano; rm -rf x", "nano $(id)", "nano `id`", "nano > x", "nano | tee x", "'open", "a & b"])(
  "does not hand %s to a shell, and says so",
  (EDITOR) => expect(() => editorCommand({ EDITOR })).toThrow(/not a program with plain arguments/),
);

it("writes nothing where there is no folder in memory, and says what else works", async () => {
  let removed = 0;
  const folder = { folder: "/nowhere", isInMemory: false, remove: () => void removed++ };
  const edited = userEditor({ EDITOR: "true" }, () => folder).edit("secret", 100);
  await expect(edited).rejects.toMatchObject({
    message: expect.stringContaining("no private folder in memory"),
    hints: expect.arrayContaining([expect.stringContaining("--edit --hidden"), "nothing was changed"]),
  });
  expect(removed).toBe(1);
});
