/** A new command needs a row in commands-table.ts: the tests that run every command read their command lines there. */
import { expect, it } from "vitest";
import { pathOf } from "../src/cli/shown-commands.ts";
import { COMMANDS_TABLE } from "./commands-table.ts";
import { everyCommand, isGroup } from "./helpers/every-command.ts";

const commands = await everyCommand();
const paths = commands.map(pathOf);

it("every command has a row", () => {
  expect(paths.filter((path) => !Object.hasOwn(COMMANDS_TABLE, path))).toEqual([]);
});

it("every row belongs to a command", () => {
  expect(Object.keys(COMMANDS_TABLE).filter((path) => !paths.includes(path))).toEqual([]);
});

it("every row has command lines of its command, of both kinds unless the command only groups others", () => {
  for (const command of commands) {
    const path = pathOf(command);
    const { unattended = [], marked = [] } = COMMANDS_TABLE[path] ?? {};
    expect(unattended, `${path}, with nobody there`).not.toEqual([]);
    if (!isGroup(command)) expect(marked, `${path}, with a marked seed`).not.toEqual([]);
    for (const { args } of [...unattended, ...marked])
      expect(args.slice(0, path.split(" ").length).join(" ")).toBe(path);
  }
});
