/** Arguments in, exit code out. The one place that prints errors. */

import { Exit, ExitCode, UserError } from "../base/errors.ts";
import { BUGS } from "../base/version.ts";
import { code } from "../commands/code/code.ts";
import type { Output } from "../ports/streams.ts";
import type { World } from "../world.ts";
import { type Typed, withoutSeeds } from "./hidden-seeds.ts";
import { nameFinder } from "./known-names.ts";

export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  try {
    await dispatch(args, world);
    return ExitCode.done;
  } catch (error) {
    return reportError(error, world.stderr, { args, isName: nameFinder(world) });
  }
}

/** Prints what failed and what to do next; returns the exit code. */
export function reportError(error: unknown, stderr: Output, typed?: Typed): ExitCode {
  if (error instanceof Exit) return error.exitCode;
  if (error instanceof UserError) {
    stderr.write(`twinseed: error: ${withoutSeeds(error.message, typed)}\n`);
    for (const hint of error.hints) stderr.write(`twinseed: hint: ${withoutSeeds(hint, typed)}\n`);
    return error.exitCode;
  }
  reportBug(error, stderr);
  return ExitCode.failed;
}

const PICTURE_COMMANDS: readonly (string | undefined)[] = ["add", "import"];
const PICTURE = /\.(png|jpe?g|webp|gif|bmp)$/i;

/** Scripts run `code` and `list` all day, so without options they skip the parser: loading that costs more than the codes. */
async function dispatch(args: readonly string[], world: World): Promise<void> {
  const [command, query, ...rest] = args;
  const isPlain = !query?.startsWith("-") && rest.length === 0;
  if (isPlain && command === "code") return code(query, {}, world);
  if (isPlain && command === "list") {
    const { list } = await import("../commands/list.ts");
    return list(query, {}, world);
  }
  // Starting the process that reads a picture takes half of the time, so it starts while the command is loading.
  if (PICTURE_COMMANDS.includes(command) && args.some((arg) => PICTURE.test(arg))) world.pictures.prepare();
  const { parse } = await import("./program.ts");
  return parse(args, world);
}

/** Prints where it happened, but never the message, which may quote a seed. */
function reportBug(error: unknown, stderr: Output): void {
  const kind = error instanceof Error ? error.constructor.name : typeof error;
  const frames =
    error instanceof Error ? (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)) : [];
  stderr.write(
    `twinseed: error: this is a bug in twinseed (${kind}); nothing that was reported as done is lost\n`,
  );
  for (const frame of frames.slice(0, 8)) stderr.write(`twinseed: ${frame.trim()}\n`);
  stderr.write(`twinseed: hint: please report the lines above; they hold no secret: ${BUGS}\n`);
}
