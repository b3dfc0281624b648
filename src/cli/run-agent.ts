/** The process of an unlocked store: its socket, its clocks, and its end. The only wipe of a key that can be promised is that end. */
import { isText, parseFields } from "../base/untrusted-json.ts";
import { READY } from "../system/channel/ready.ts";
import { type Served, serve } from "../system/channel/serve-socket.ts";
import { isFoundFor } from "../system/channel/socket-place.ts";
import { dataFolder } from "../system/disk/open-data-folder.ts";
import { type Agent, agentOf } from "../unlocking/agent.ts";
import { parseStart } from "../unlocking/start-message.ts";

/** Milliseconds between two looks at the clocks, the socket and the store; each request looks as well. */
const LOOK_EVERY = 5000;

export async function runAgent(input: () => string, say: (text: string) => void): Promise<void> {
  process.umask(0o077);
  // A signal that came before our handler may have opened it.
  if (isInspected()) return say("a debugger is attached to it\n");
  const text = input();
  const { folder, socket, cookie } = parseFields(text.split("\n", 1)[0] ?? "");
  const start = parseStart(text.slice(text.indexOf("\n") + 1));
  if (start === undefined || !isText(folder) || !isText(socket) || !isText(cookie))
    return say("it was started in a wrong way\n");
  let served: Served | undefined;
  const agent: Agent = agentOf(start, {
    folder: dataFolder(start.home, () => {}),
    wall: () => Date.now(),
    steady: () => performance.now(),
    isSafe: () => served?.isThere() === true && isFoundFor(start.home, { socket }) && !isInspected(),
  });
  // Not exit(): that closes the sockets first, so that lock would say that it has ended while the memory is still there.
  const end = (): void => void process.kill(process.pid, "SIGKILL");
  const removeAndEnd = (): void => {
    served?.remove();
    end();
  };
  try {
    served = await serve({ folder, socket, cookie }, agent.answer, end);
  } catch (error) {
    say(`${error instanceof Error ? error.message : "it can't listen"}\n`);
    return end();
  }
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, removeAndEnd);
  setInterval(() => agent.isOver() && removeAndEnd(), LOOK_EVERY);
  say(READY);
}

function isInspected(): boolean {
  return process.getBuiltinModule("node:inspector")?.url() !== undefined;
}
