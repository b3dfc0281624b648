import { describe, expect, it } from "vitest";
import type { Device } from "../../src/ledger/account.ts";
import { salvageDevices } from "../../src/ledger/checkup.ts";

const phone: Device = {
  id: "phonephonephonep",
  name: "phone",
  kind: "phone",
  addedAt: "2026-01-31T12:00:00.000Z",
  state: "active",
};

describe("a damaged list of devices", () => {
  it("gives back those that can be read, and counts the others", () => {
    const text = JSON.stringify({ version: 1, devices: [phone, { ...phone, kind: "toaster" }, null] });
    expect(salvageDevices(text)).toEqual({ devices: [phone], lost: 2 });
  });

  it.each([
    ["no list", { version: 1 }],
    ["a list that is none", { version: 1, devices: { 0: phone } }],
    ["another version", { version: 2, devices: [phone] }],
    ["no version", { devices: [phone] }],
  ])("with %s says nothing", (_, content) => {
    expect(salvageDevices(JSON.stringify(content))).toBeUndefined();
  });

  it("that is no JSON says nothing", () => {
    expect(salvageDevices('{"version":1,"devices":[')).toBeUndefined();
  });
});
