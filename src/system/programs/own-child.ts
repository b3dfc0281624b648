/** Runs a task of ours in another Node process. Where it is killed, nothing of it is left. */
import { execFile } from "node:child_process";
import type { RunChild } from "../../ports/child.ts";
import { onTheWayOut } from "../terminal/signals.ts";
import { type Env, withoutOurs } from "./run-tool.ts";

/** `node`: the Node.js that runs us. `file`: what cli/child-tasks.ts was built to. */
export function childRunner(node: string, file: string, env: Env): RunChild {
  return (task, input, { patience, bytes, nodeOptions = [] }) =>
    new Promise((resolve) => {
      // With it, Node reads all those certificates at each start; none of our tasks talks to anybody.
      const { NODE_EXTRA_CA_CERTS: _, ...own } = withoutOurs(env);
      const options = {
        env: own,
        signal: AbortSignal.timeout(patience), // unlike `timeout`, it keeps no process alive
        killSignal: "SIGKILL",
        maxBuffer: bytes,
        encoding: "buffer",
      } as const;
      const child = execFile(node, [...nodeOptions, file, task], options, (error, answer) => {
        callOff();
        if (error === null) resolve({ answer });
        else resolve({ fault: error.name === "AbortError" ? "too slow" : "failed" });
      });
      const callOff = onTheWayOut(() => child.kill("SIGKILL"));
      child.stdin?.on("error", () => {}); // it has ended already, and says so above
      // Nobody waits for it before it has something to do.
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

/** Pipes of a process are sockets, which their types don't say. */
function isHandle<T extends object>(value: T | null): value is T & Handle {
  return value !== null && "ref" in value && "unref" in value;
}
