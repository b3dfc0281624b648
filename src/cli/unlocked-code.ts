/**
 * `code NAME` while the store is unlocked, for scripts: the process that has opened it finds the account and makes the code, so that
 * nothing of the program is needed but this file. bin/twinseed.js loads it if something is in one of the socket's places.
 */
import { hasOpener } from "../seeds/file/openers.ts";
import { askAt } from "../system/channel/ask-socket.ts";
import { placesFor } from "../system/channel/socket-place.ts";
import { foreignFolder } from "../system/disk/own-folder.ts";
import { dataFolderPath } from "../system/disk/paths.ts";
import { standardOutput } from "../system/terminal/standard-streams.ts";
import { formatQuery, parseAnswer } from "../unlocking/requests.ts";

/** Whether it has printed the code. Never throws: whatever is not plain, the program does, and says. */
export async function printUnlockedCode(query: string): Promise<boolean> {
  const { env } = process;
  const stdout = standardOutput(env);
  try {
    if (hasOpener(env)) return false;
    const home = await dataFolderPath(env, process.cwd());
    // The program warns of it, each time.
    if (foreignFolder(home) !== undefined) return false;
    for (const place of placesFor(home, env)) {
      const asked = await askAt(place, formatQuery(query));
      if (asked === undefined) continue;
      const answer = "answer" in asked ? parseAnswer(asked.answer) : undefined;
      // A user at a terminal is told how long it is valid, too.
      if (answer === undefined || typeof answer === "string" || !("code" in answer) || stdout.isTTY)
        return false;
      stdout.write(`${answer.code}\n`);
      return true;
    }
  } catch {} // said by the program, which comes upon the same
  return false;
}
