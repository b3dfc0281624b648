/**
 * Someone whose store opens with a passphrase that they type: `sync` never asks for it, so what it must know of the list of members
 * has to be remembered from the commands that do ask.
 */
import { expect, it, onTestFinished } from "vitest";
import { github } from "../helpers/accounts.ts";
import { sharedRepository } from "../helpers/git-machine.ts";
import { begin, good, join, machine } from "../helpers/sharing.ts";

const PASSPHRASE = "passphrase of desk";

it("its own list is no news; one by another computer is checked at a terminal, and by what asks anyway", async () => {
  const repository = await sharedRepository();
  onTestFinished(() => repository.remove());
  const env: Record<string, string> = {};
  const desk = machine(repository, { hostname: "desk", accounts: [github], env, typed: PASSPHRASE });
  await begin(desk, "alice/desk");
  delete env.TWINSEED_PASSPHRASE;
  const laptop = machine(repository, { hostname: "laptop" });
  await join(laptop, desk, "alice/laptop");
  await good(desk, "sync");

  const third = machine(repository, { hostname: "third" });
  await join(third, laptop, "alice/third");
  await good(third, "rename GitHub:octocat mine");
  await good(third, "sync");
  const locked = await desk.run("sync");
  expect(locked).toMatchObject({ exitCode: 6 });
  expect(locked.stderr).toContain("run it at a terminal, where it asks for what opens the store");
  expect(await good(desk, "list")).not.toContain("mine");
  expect(await desk.run("device lost alice/laptop")).toMatchObject({
    exitCode: 0,
    stdout: expect.not.stringContaining("could not be removed"),
  });
  expect(await good(desk, "store members")).not.toContain("alice/laptop");
  expect(await good(desk, "list")).toContain("mine");

  const fourth = machine(repository, { hostname: "fourth" });
  await join(fourth, third, "alice/fourth");
  await good(fourth, "rename mine ours");
  await good(fourth, "sync");
  expect(await desk.run("sync", { answers: [] })).toMatchObject({ exitCode: 0 });
  expect(await good(desk, "list")).toContain("ours");
});
