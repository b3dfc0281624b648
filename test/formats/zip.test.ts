/** Archives that cost much, or that two readers would not read alike, are refused before anything is unpacked. */
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { memberNames, readMember } from "../../src/formats/zip.ts";
import { rawZip } from "../helpers/raw-zip.ts";

const nobody = async () => expect.fail("asked for a passphrase");
const files = (amount: number, content = "") =>
  Array.from({ length: amount }, (_, i) => [`${i}.maFile`, content] as const);

it("what no writer makes differs from what one makes in one thing only", async () => {
  const bytes = rawZip(files(3, "{}"));
  expect(await memberNames(bytes)).toEqual(["0.maFile", "1.maFile", "2.maFile"]);
  expect(Buffer.from(await readMember(bytes, "1.maFile", nobody)).toString()).toBe("{}");
});

it("100,000 empty members are refused without a look at each", async () => {
  const bytes = rawZip(files(100_000));
  const before = process.memoryUsage().rss;
  const begin = performance.now();
  await expect(memberNames(bytes)).rejects.toMatchObject({
    message: `the zip holds more than ${LIMITS.zipMembers} files`,
    exitCode: 5,
  });
  expect(performance.now() - begin).toBeLessThan(1000);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

describe("as damaged", () => {
  it.each([
    ["members that are the same bytes", rawZip(files(1000, "{}"), { overlapping: true })],
    ["two members that are the same bytes", rawZip(files(2, "{}"), { overlapping: true })],
    ["fewer members than there are", rawZip(files(3, "{}"), { count: 1 })],
    ["no member where there are some", rawZip(files(3, "{}"), { count: 0 })],
    ["more members than there are", rawZip(files(3, "{}"), { count: 4 })],
    ["as many as are allowed, where there are more", rawZip(files(11_000), { count: LIMITS.zipMembers })],
    ["two members of one name", rawZip([...files(1, "{}"), ...files(1, "[]")])],
    ["no directory", Buffer.from("PK\x03\x04")],
    ["an end that is cut off", rawZip(files(3, "{}")).subarray(0, -12)],
  ])("%s", async (_, bytes) => {
    await expect(memberNames(bytes)).rejects.toMatchObject({
      message: "the zip archive is damaged",
      exitCode: 5,
    });
  });
});
