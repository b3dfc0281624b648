/** A computer that is lost while the repository can't be reached: its key is still there, and `sync` says so. */
import { expect, it, onTestFinished } from "vitest";
import { github } from "../helpers/accounts.ts";
import { sharedRepository } from "../helpers/git-machine.ts";
import { begin, good, join, machine } from "../helpers/sharing.ts";

it("is warned of once, not before and again after what came", async () => {
  const repository = await sharedRepository();
  onTestFinished(() => repository.remove());
  const desk = machine(repository, { hostname: "desk", accounts: [github] });
  const laptop = machine(repository, { hostname: "laptop" });
  await begin(desk, "alice/desk");
  await join(laptop, desk, "alice/laptop");
  await good(desk, "sync");
  await good(laptop, "rename GitHub:octocat mine");
  await good(laptop, "sync");
  const { git } = desk.workTree;
  if (git === undefined) throw new Error("no git");
  desk.workTree.git = async (args, options) =>
    options?.remote === true
      ? { ok: false, output: "", bytes: new Uint8Array(), complaint: "offline" }
      : git(args, options);
  expect((await desk.run("device lost alice/laptop")).stdout).toContain("could not be removed");
  desk.workTree.git = git;
  const { exitCode, stderr } = await desk.run("sync");
  expect(exitCode).toBe(0);
  expect(stderr).toContain('changed: "mine"');
  expect(stderr.match(/"alice\/laptop" is lost, and still gets every change/g)).toHaveLength(1);
});
