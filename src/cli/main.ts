/** One run: the real world is made, the arguments go in, the exit code comes out. */
import type { ExitCode } from "../base/errors.ts";
import type { Typed } from "../base/hidden-seeds.ts";
import { createWorld, isStuck, stderr } from "./create-world.ts";
import { reportError, run } from "./run.ts";

export async function main(args: readonly string[]): Promise<void> {
  // Node.js would print the message, the line of source, and with --report-uncaught-exception a file with all of both.
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

/** There is no world to ask for names. */
function typedAs(args: readonly string[]): Typed {
  return { args, isName: () => false };
}
