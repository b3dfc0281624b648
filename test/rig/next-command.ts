/** The first command after those that were killed. */
import type { Inside } from "./inside.ts";
import type { Tools } from "./operations.ts";
import * as operations from "./operations.ts";
import { readView, type View } from "./view.ts";
import { unexplained } from "./world.ts";

/** It must succeed without mentioning what happened before, and leave nothing behind. */
export async function nextCommand(
  here: Inside,
  view: View,
  tools: Tools,
  addProblem: (problem: string) => void,
): Promise<View> {
  const [account] = view.here;
  const next =
    account === undefined
      ? operations.add([operations.newEnrollment(tools)])
      : operations.rename(account, tools);
  const { exitCode, stdout, stderr } = await here.run(next.args, next.stdin);
  const heard = here.messages().filter((text) => text !== "waiting for another twinseed to finish");
  if (exitCode !== 0 || !next.report.test(stderr) || /warning|\bbug\b/.test(stderr) || heard.length > 0)
    addProblem(
      `the next command (${next.args.join(" ")}): exit ${exitCode}, ${stdout} ${stderr} ${heard.join()}`,
    );
  const after = await readView(here, addProblem);
  const fault = unexplained(view.world, [{ step: next, ending: "done" }], after.world);
  if (fault !== undefined) addProblem(`after the next command: ${fault}`);
  return after;
}
