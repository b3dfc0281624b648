/** A computer that is lost, and what another member did with it has not arrived here yet. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { github } from "../helpers/accounts.ts";
import { sharedRepository } from "../helpers/git-machine.ts";
import { begin, type Cli, devicesOf, good, join, machine } from "../helpers/sharing.ts";

let repository: Awaited<ReturnType<typeof sharedRepository>>;
let desk: Cli;
let laptop: Cli;
beforeAll(async () => {
  repository = await sharedRepository();
  desk = machine(repository, { hostname: "desk", accounts: [github] });
  laptop = machine(repository, { hostname: "laptop" });
  await begin(desk, "alice/desk");
  await join(laptop, desk, "alice/laptop");
  await join(machine(repository, { hostname: "stolen" }), desk, "bob/stolen");
});
afterAll(() => repository.remove());

it("a member that another one added is not known here: it says how to get to know it", async () => {
  const { exitCode, stderr } = await laptop.run("device lost bob/stolen");
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    [
      'twinseed: error: no device is called "bob/stolen"',
      "twinseed: hint: known devices: desk, alice/laptop",
      "twinseed: hint: if another member has added it: twinseed sync, and run this again",
      "",
    ].join("\n"),
  );
});

it("a member that another one has removed is lost here too, and its key counts as removed", async () => {
  await good(laptop, "sync");
  await good(desk, "store members remove bob/stolen");
  const { exitCode, stdout, stderr } = await laptop.run("device lost bob/stolen");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(
    /^The key of "bob\/stolen" was removed already, by another member\.\n\n"bob\/stolen" is marked as lost/,
  );
  for (const cli of [laptop, desk]) {
    await good(cli, "sync");
    const devices = (await devicesOf(cli)).map(({ name, state }) => `${name} ${state}`);
    expect(devices.filter((one) => one.startsWith("bob"))).toEqual(["bob/stolen lost"]);
  }
  const { member } = JSON.parse((await laptop.run("device lost bob/stolen --json")).stdout);
  expect(member).toBeNull();
});
