import { expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { WrongPassphrase } from "../../src/formats/faults.ts";
import { memberNames, readMember } from "../../src/formats/zip.ts";

const nobody = async (): Promise<string> => Promise.reject(new Error("asked for a password"));

async function zip(password?: string): Promise<Uint8Array> {
  const { TextReader, Uint8ArrayWriter, ZipWriter } = await import("@zip.js/zip.js");
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await writer.add("a.json", new TextReader("kept"), password === undefined ? {} : { password });
  return writer.close();
}

/** What reading it ends in. */
async function faultOf(bytes: Uint8Array, name = "a.json", password = nobody): Promise<unknown> {
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
