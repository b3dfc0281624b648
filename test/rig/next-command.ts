/** Whoever comes after those that were killed. */
import type { Inside } from "./inside.ts";
import type { Tools } from "./operations.ts";
import * as operations from "./operations.ts";
import { look, type View } from "./view.ts";
import { unexplained } from "./world.ts";

/** Must do as it is told, without a word of what has been, and leave nothing behind. */
export async function nextCommand(
  here: Inside,
  view: View,
  tools: Tools,
  said: (problem: string) => void,
): Promise<View> {
  const [account] = view.here;
  const next =
    account === undefined
      ? operations.add([operations.newEnrollment(tools)])
      : operations.rename(account, tools);
  const { exitCode, stdout, stderr } = await here.run(next.args, next.stdin);
  const heard = here.said().filter((text) => text !== "waiting for another twinseed to finish");
  if (exitCode !== 0 || !next.report.test(stderr) || /warning|\bbug\b/.test(stderr) || heard.length > 0)
    said(`the next command (${next.args.join(" ")}): exit ${exitCode}, ${stdout} ${stderr} ${heard.join()}`);
  const after = await look(here, said);
  const fault = unexplained(view.world, [{ step: next, ending: "done" }], after.world);
  if (fault !== undefined) said(`after the next command: ${fault}`);
  return after;
}
