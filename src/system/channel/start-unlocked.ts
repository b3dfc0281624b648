/** Starts and ends the process that hands out codes (cli/child-tasks.ts, "serve-unlocked"). */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Asked } from "../../ports/unlocked.ts";
import { quotable } from "../disk/disk-error.ts";
import { dataFolder } from "../disk/open-data-folder.ts";
import { askAt } from "./ask-socket.ts";
import { READY } from "./ready.ts";
import { faultOfPlace, type Place } from "./socket-place.ts";

/** Milliseconds. */
const START_PATIENCE = 30_000;
/** The shell switches core dumps off, for this process and what it becomes. */
const SHELL = "/bin/sh";
const WITHOUT_CORE = 'ulimit -c 0; exec "$@"';

export interface HowToStart {
  readonly tasks: string;
  readonly note: (text: string) => void;
}

export async function askAll(places: readonly Place[], text: string): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const place of places) asked.push(await askAt(place, text, { untilEnd: true }));
  return asked;
}

export async function startUnlocked(
  places: readonly Place[],
  how: HowToStart,
  message: string,
  endOther: string,
): Promise<void> {
  const [place] = places;
  if (place === undefined) throw noPlace("no folder is there that others can't reach");
  requirePlace(place);
  makeFolder(place.folder);
  requirePlace(place); // looked at again: someone else may have made it at the same time
  await dataFolder(place.folder, how.note).locked(async () => {
    for (const asked of await askAll(places, endOther))
      if (asked !== undefined && "fault" in asked) throw noPlace(asked.fault);
    await spawnAgent(how, `${JSON.stringify(place)}\n${message}`);
  });
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    throw noPlace(`"${path}" can't be made`);
  }
}

function requirePlace(place: Place): void {
  const fault = faultOfPlace(place);
  if (fault !== undefined) throw noPlace(fault.fault);
}

function noPlace(why: string): UserError {
  return new UserError(`the store can't be unlocked: ${quotable(why)}`, ExitCode.failed, [
    "its socket is in $XDG_RUNTIME_DIR/twinseed, else in the state folder (TWINSEED_STATE), for you alone",
    "nothing was changed",
  ]);
}

/** In its own session, so that no terminal ends it, and with nothing of our environment. */
async function spawnAgent({ tasks }: HowToStart, input: string): Promise<void> {
  const child = spawn(SHELL, ["-c", WITHOUT_CORE, SHELL, process.execPath, tasks, "serve-unlocked"], {
    cwd: "/",
    detached: true,
    env: {},
    stdio: ["pipe", "pipe", "ignore"],
  });
  const end = await new Promise<string>((resolve) => {
    let said = "";
    const timer = setTimeout(() => resolve("it does not start"), START_PATIENCE);
    const done = (text: string): void => {
      clearTimeout(timer);
      resolve(text);
    };
    child.once("error", () => done(`can't start "${SHELL}"`));
    child.once("exit", () => done(said === "" ? "its process ended at once" : said));
    child.stdin.on("error", () => {}); // it has ended, which is handled above
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.endsWith("\n")) done(said);
    });
    child.stdin.end(input);
  });
  child.stdout.destroy();
  child.unref();
  if (end === READY) return;
  child.kill("SIGKILL");
  throw noPlace(end.trim());
}
