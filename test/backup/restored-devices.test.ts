import { describe, expect, it } from "vitest";
import { mergeDevices } from "../../src/backup/restored-devices.ts";
import type { Device } from "../../src/ledger/account.ts";

const device = (id: string, more: Partial<Device>): Device => ({
  id,
  name: "desk",
  kind: "computer",
  addedAt: "2026-01-31T12:00:00.000Z",
  state: "active",
  ...more,
});

/** The id here of the backup's device "b", next to the one that is known as "k". */
function idHere(fromBackup: Partial<Device>, known: Partial<Device>): string {
  const merged = mergeDevices([device("b", fromBackup)], {
    devices: [device("k", known)],
    random: (bytes) => new Uint8Array(bytes),
  });
  expect(merged.newDevices.map(({ id }) => id)).toEqual(merged.idOf("b") === "k" ? [] : ["b"]);
  return merged.idOf("b");
}

describe("a device of the same name is the same one", () => {
  it.each<[string, Partial<Device>, Partial<Device>]>([
    ["neither is a computer with twinseed", {}, {}],
    ["it has another case", { name: "Desk" }, {}],
  ])("where %s", (_, fromBackup, known) => {
    expect(idHere(fromBackup, known)).toBe("k");
  });
});

describe("a device of the same name is another one", () => {
  it.each<[string, Partial<Device>, Partial<Device>]>([
    ["it is of another kind", { kind: "phone" }, {}],
    ["both are computers with twinseed", { computer: "1" }, { computer: "2" }],
    ["only one knows itself", { computer: "1" }, {}],
    ["only the other one knows itself", {}, { computer: "1" }],
  ])("where %s", (_, fromBackup, known) => {
    expect(idHere(fromBackup, known)).toBe("b");
  });
});

it("the same computer is the same one under any name, and the same id under any", () => {
  expect(idHere({ name: "a", computer: "1" }, { name: "z", computer: "1" })).toBe("k");
  const known = device("same", { name: "z" });
  const merged = mergeDevices([device("same", { name: "a", kind: "phone" })], {
    devices: [known],
    random: (bytes) => new Uint8Array(bytes),
  });
  expect([merged.idOf("same"), merged.devices]).toEqual(["same", [known]]);
});
