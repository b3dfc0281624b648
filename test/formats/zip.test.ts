/** Zip archives that are costly, or that two readers would not read alike, are refused before anything is unpacked. */
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { WrongPassphrase } from "../../src/formats/faults.ts";
import { memberNames, readMember } from "../../src/formats/zip.ts";
import { rawZip } from "../helpers/raw-zip.ts";

const noPassword = async (): Promise<string> => Promise.reject(new Error("asked for a password"));
const files = (amount: number, content = "") =>
  Array.from({ length: amount }, (_, i) => [`${i}.maFile`, content] as const);

async function zip(password?: string): Promise<Uint8Array> {
  const { TextReader, Uint8ArrayWriter, ZipWriter } = await import("@zip.js/zip.js");
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await writer.add("a.json", new TextReader("kept"), password === undefined ? {} : { password });
  return writer.close();
}

/** What reading it ends in. */
async function faultOf(bytes: Uint8Array, name = "a.json", password = noPassword): Promise<unknown> {
  return readMember(bytes, name, password).then(
    () => expect.unreachable("it was read"),
    (error) => error,
  );
}

it("gives back what was packed, locked or not", async () => {
  expect(await memberNames(await zip())).toEqual(["a.json"]);
  for (const password of [undefined, "horse"]) {
    const content = await readMember(await zip(password), "a.json", async () => password ?? "");
    expect(Buffer.from(content).toString()).toBe("kept");
  }
});

it("what is damaged keeps what the library said of it, for who looks into it; what is missing has no such cause", async () => {
  const damaged = await faultOf(Buffer.from("PK no archive at all"));
  expect(damaged).toMatchObject({ exitCode: ExitCode.unreadable, cause: expect.any(Error) });
  const missing = await faultOf(await zip(), "b.json");
  expect(missing).toMatchObject({ exitCode: ExitCode.unreadable });
  expect(missing).not.toHaveProperty("cause");
});

it("a wrong password is one, and no damage", async () => {
  expect(await faultOf(await zip("horse"), "a.json", async () => "mule")).toBeInstanceOf(WrongPassphrase);
});

it("what no writer makes differs from what one makes in one thing only", async () => {
  const bytes = rawZip(files(3, "{}"));
  expect(await memberNames(bytes)).toEqual(["0.maFile", "1.maFile", "2.maFile"]);
  expect(Buffer.from(await readMember(bytes, "1.maFile", noPassword)).toString()).toBe("{}");
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
