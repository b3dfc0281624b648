/** Runs a task of ours in another Node process. Where it is killed, nothing of it is left. */
import type { RunChild } from "../../ports/child.ts";
import { onTheWayOut } from "../terminal/signals.ts";
import { type Env, withoutOurs } from "./run-tool.ts";

/** `node`: the Node.js that runs us. `file`: what cli/child-tasks.ts was built to. */
export function childRunner(node: string, file: string, env: Env): RunChild {
  return async (task, input, { patience, bytes, nodeOptions = [] }) => {
    const { execFile } = await import("node:child_process");
    // With it, Node reads all those certificates at each start; none of our tasks talks to anybody.
    const { NODE_EXTRA_CA_CERTS: _, ...own } = withoutOurs(env);
    return new Promise((resolve) => {
      const child = execFile(
        node,
        [...nodeOptions, file, task],
        { env: own, timeout: patience, killSignal: "SIGKILL", maxBuffer: bytes, encoding: "buffer" },
        (error, answer) => {
          callOff();
          if (error === null) resolve({ answer });
          else
            resolve({
              fault:
                error.killed && error.code !== "ERR_CHILD_PROCESS_STDIO_MAXBUFFER" ? "too slow" : "failed",
            });
        },
      );
      const callOff = onTheWayOut(() => child.kill("SIGKILL"));
      child.stdin?.on("error", () => {}); // it has ended already, and says so above
      child.stdin?.end(input);
    });
  };
}
