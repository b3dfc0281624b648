/** Runs a task of ours in another process. A killed task leaves nothing behind. */
import { execFile } from "node:child_process";
import type { RunChild } from "../../ports/child.ts";
import { onExit } from "../signals.ts";
import { type Env, withoutOwnVariables } from "../tool-environment.ts";

/** `program` runs us, and `tasks` comes before the name of a task (cli/child-tasks.ts). */
export function childRunner(program: string, tasks: string, env: Env): RunChild {
  return (task, input, { patience, bytes, nodeOptions = [] }) =>
    new Promise((resolve) => {
      // With this variable, Node would read all those certificates at each start; none of our tasks uses the network.
      const { NODE_EXTRA_CA_CERTS: _, ...own } = withoutOwnVariables(env);
      const options = {
        env: own,
        signal: AbortSignal.timeout(patience), // unlike `timeout`, it keeps no process alive
        killSignal: "SIGKILL",
        maxBuffer: bytes,
        encoding: "buffer",
      } as const;
      const child = execFile(program, [...nodeOptions, tasks, task], options, (error, answer) => {
        cancelCleanUp();
        if (error === null) resolve({ answer });
        else resolve({ fault: error.name === "AbortError" ? "too slow" : "failed" });
      });
      const cancelCleanUp = onExit(() => child.kill("SIGKILL"));
      child.stdin?.on("error", () => {}); // it has already ended, which is handled above
      // Until it gets its input, it must not keep our process alive.
      const handles = [child, child.stdin, child.stdout, child.stderr].flatMap((one) =>
        isHandle(one) ? [one] : [],
      );
      for (const handle of handles) handle.unref();
      void Promise.resolve(input).then((content) => {
        for (const handle of handles) handle.ref();
        child.stdin?.end(content);
      });
    });
}

interface Handle {
  ref(): void;
  unref(): void;
}

/** A child's pipes are sockets, but their types don't show that. */
function isHandle<T extends object>(value: T | null): value is T & Handle {
  return value !== null && "ref" in value && "unref" in value;
}
