/** `aws config --roles` and `--undo-roles`: role profiles get a session with MFA as their source, or their own lines back. */
import { type Section, withSection } from "../../aws/aws-config-file.ts";
import { type TurnedProfiles, type Turning, turnBack, turnOver } from "../../aws/role-profiles.ts";
import { usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { count, isInteractive, note, pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import {
  type ConfigFile,
  type ConfigFileNeeds,
  conflictError,
  readConfigFile,
  writeConfigFile,
} from "./edit-config.ts";

export type RoleNeeds = Needs<"terminal"> & ConfigFileNeeds;

interface WriteOptions {
  readonly write?: boolean;
  readonly yes?: boolean;
}

/** `section` is that of the profile which becomes their source. It is added if it is not there. */
export async function turnRoles(
  turning: Turning,
  section: Section,
  options: WriteOptions,
  needs: RoleNeeds,
): Promise<void> {
  const file = await readConfigFile(needs);
  const change = withSection(file.text, section);
  const where = `profile ${quoted(section.profile)} in "${printable(file.path, 300)}"`;
  if (change.kind === "conflict") throw conflictError(where, change.key, section);
  const turned = turnOver(change.kind === "add" ? change.text : file.text, turning);
  for (const { profile, why } of turned.left)
    note(needs, `profile ${quoted(profile)} stays as it is: ${why}`);
  const added = change.kind === "add" && turned.turned.length > 0 ? change.diff : [];
  await apply(file, { ...turned, diff: [...added, ...turned.diff] }, options, needs);
}

export async function turnRolesBack(to: string, options: WriteOptions, needs: RoleNeeds): Promise<void> {
  const file = await readConfigFile(needs);
  await apply(file, turnBack(file.text, to), options, needs);
}

/** Tells of role profiles that still make the AWS CLI ask for a code. */
export async function suggestRoles(turning: Turning, account: string, needs: RoleNeeds): Promise<void> {
  const { turned } = turnOver((await readConfigFile(needs)).text, turning);
  if (turned.length === 0) return;
  const command = `twinseed aws config ${pasteableName(account, "ACCOUNT")} --profile ${pasteableName(turning.from, "PROFILE")} --roles`;
  note(
    needs,
    `hint: ${count(turned.length, "role profile")} could use it instead of asking for a code: ${command}`,
  );
}

async function apply(
  file: ConfigFile,
  { text, turned, diff }: TurnedProfiles,
  { write = false, yes = false }: WriteOptions,
  needs: RoleNeeds,
): Promise<void> {
  if (turned.length === 0) return note(needs, "no role profile needs a change");
  const lines = `${[`--- ${file.path}`, ...diff].map((line) => clean(line)).join("\n")}\n`;
  if (!write) return needs.stdout.write(lines);
  const question = `Change ${count(turned.length, "role profile")} in this way?`;
  if (!yes && !(await confirmed(lines, question, needs))) return note(needs, "nothing was changed");
  await writeConfigFile(file, text, needs);
  note(needs, `changed ${count(turned.length, "role profile")} in "${printable(file.path, 300)}"`);
}

async function confirmed(lines: string, question: string, needs: RoleNeeds): Promise<boolean> {
  const terminal = isInteractive(needs) ? needs.terminal() : undefined;
  if (terminal === undefined)
    throw usageError("no terminal to confirm on", "skip the prompt with --yes, or preview without --write");
  terminal.print(lines);
  return terminal.confirm(question, false);
}

/** Keeps the margin, which is part of the line. */
function clean(line: string): string {
  return line.slice(0, 1) + printable(line.slice(1), 1000);
}
