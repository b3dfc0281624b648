import { ExitCode, UserError, usageError } from "../base/errors.ts";
import type { Ports } from "../ports/index.ts";

/**
 * Asks before something that can't be taken back; Enter alone means no. `what` asks, and `unchanged` is what a no leads to.
 * Throws UserError: exit 2 if there is no terminal to ask on, exit 1 if the answer is no.
 */
export async function requireYes(
  question: string,
  { what, unchanged }: { readonly what: string; readonly unchanged: string },
  needs: Pick<Ports, "terminal">,
): Promise<void> {
  const terminal = needs.terminal();
  if (terminal === undefined)
    throw usageError(
      `${what} asks for confirmation, and there is no terminal to ask on`,
      "skip the prompt with: --yes",
    );
  if (!(await terminal.confirm(question, false)))
    throw new UserError(`canceled; ${unchanged}`, ExitCode.failed);
}
