/** One run: creates the real world, passes in the arguments, and sets the exit code. */
import type { ExitCode } from "../base/errors.ts";
import { createWorld, isStuck, stderr } from "./create-world.ts";
import type { Typed } from "./hidden-seeds.ts";
import { reportError, run } from "./run.ts";

export async function main(args: readonly string[]): Promise<void> {
  // Node.js would print the message and the source line and, with --report-uncaught-exception, write them to a file.
  process.on("uncaughtException", (error) => process.exit(reportError(error, stderr, typedAs(args))));
  process.exitCode = await exitCodeOf(args);
  if (isStuck()) process.kill(process.pid, "SIGKILL");
}

async function exitCodeOf(args: readonly string[]): Promise<ExitCode> {
  try {
    return await run(args, await createWorld());
  } catch (error) {
    return reportError(error, stderr, typedAs(args));
  }
}

/** Without a world, no names are known. */
function typedAs(args: readonly string[]): Typed {
  return { args, isName: () => false };
}
