/** What another member says of a device that is lost: it counts, but not in silence. */
import { expect, it, onTestFinished } from "vitest";
import { deviceLines } from "../../src/commands/sync/device-lines.ts";
import type { Device } from "../../src/ledger/account.ts";
import { github } from "../helpers/accounts.ts";
import { sharedRepository } from "../helpers/git-machine.ts";
import { begin, good, join, machine } from "../helpers/sharing.ts";
import { needs } from "../helpers/system-packages.ts";

const phone = (more: Partial<Device> = {}): Device => ({
  id: "p",
  name: "phone",
  kind: "phone",
  addedAt: "2026-01-01T00:00:00Z",
  state: "active",
  ...more,
});
const wipedAt = "2026-02-01T00:00:00Z";

it.each([
  ["lost", phone(), phone({ state: "lost" }), /^"phone" was lost, .*: twinseed device lost phone$/],
  ["back", phone({ state: "lost" }), phone(), /^"phone" was lost, .* back; .*: twinseed device lost phone$/],
  ["retired", phone({ state: "lost" }), phone({ state: "retired" }), / back; /],
  ["wiped", phone({ state: "lost" }), phone({ state: "lost", wipedAt }), /^"phone" is lost, .* wiped$/],
  [
    "a name to paste",
    phone(),
    phone({ name: "$(id)\u001b[2J", state: "lost" }),
    /^"\$\(id\)\[2J" .* lost NAME$/,
  ],
])("%s", (_, before, after, line) => {
  expect(deviceLines([before], [after])).toEqual([expect.stringMatching(line)]);
});

it("nothing is said of what is the same, new, or wiped and not lost", () => {
  expect(deviceLines([phone()], [phone({ name: "mine", wipedAt })])).toEqual([]);
  expect(deviceLines([], [phone({ state: "lost" })])).toEqual([]);
});

it.skipIf(!needs("git"))("sync says it, to those who did not", async () => {
  const repository = await sharedRepository();
  onTestFinished(() => repository.remove());
  const desk = machine(repository, { hostname: "desk", accounts: [github] });
  const laptop = machine(repository, { hostname: "laptop" });
  await begin(desk, "alice/desk");
  await good(desk, "device add phone --kind phone");
  await join(laptop, desk, "bob/laptop");
  await good(desk, "sync");
  await good(laptop, "device lost phone");
  expect((await laptop.run("sync")).stderr).not.toContain("others say");
  expect((await desk.run("sync")).stderr).toContain('"phone" was lost, others say');
  await good(laptop, "device add phone --kind phone");
  await good(laptop, "sync");
  expect((await desk.run("sync")).stderr).toContain("others say that it is back");
  expect((await desk.run("sync")).stderr).not.toContain("others say");
});
