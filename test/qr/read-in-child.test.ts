/** The first picture of a run, read by another process: what becomes of its answer, and of none. */
import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import type { ChildEnd } from "../../src/ports/child.ts";
import { answerOf, readInChild } from "../../src/qr/read-in-child.ts";
import { readerProcess } from "../../src/qr/reader-process.ts";
import { RGBA, writePng } from "./write-png.ts";

const picture = readFileSync(new URL("../fixtures/qr/crop-tight.png", import.meta.url));
const expected: Record<string, string[]> = JSON.parse(
  readFileSync(new URL("../fixtures/qr/expected.json", import.meta.url), "utf8"),
);
const texts = expected["crop-tight.png"] ?? [];

const answering = (text: string) => () => async (): Promise<ChildEnd> => ({ answer: Buffer.from(text) });

it("its texts are the answer", async () => {
  expect(texts).toHaveLength(1);
  const answer = await answerOf(picture);
  expect(await readInChild(picture, answering(answer))).toEqual({ texts, hasUnread: false });
  expect(await readInChild(picture, answering('{"texts":["other"],"hasUnread":true}'))).toEqual({
    texts: ["other"],
    hasUnread: true,
  });
});

it("what it refuses is refused with the same words, hints and exit code", async () => {
  const junk = Buffer.from("no picture");
  const here: unknown = await readInChild(junk, undefined).catch((error: unknown) => error);
  if (!(here instanceof UserError)) throw new Error("no UserError");
  const said = JSON.parse(await answerOf(junk));
  expect(said).toEqual({ message: here.message, exitCode: ExitCode.unreadable, hints: [...here.hints] });
  await expect(readInChild(picture, answering(JSON.stringify(said)))).rejects.toMatchObject(said);
});

it.each([
  ["too slow", { fault: "too slow" }],
  ["failed", { fault: "failed" }],
  ["said nothing that we know", { answer: Buffer.from("{}") }],
  ["was cut off", { answer: Buffer.from('{"texts":["o') }],
] as const)("where it %s, the picture is read here", async (_, end) => {
  expect(await readInChild(picture, () => async () => end)).toMatchObject({ texts });
});

it("a large picture does not go there: the optimizing compiler earns its time on it", async () => {
  const start = vi.fn(answering('{"texts":["other"]}'));
  expect(
    await readInChild(
      writePng(2001, () => true, RGBA),
      start,
    ),
  ).toMatchObject({ texts: [] });
  expect(start).not.toHaveBeenCalled();
});

it("the process starts before there is a picture, with the option on its command line", async () => {
  const run = vi.fn(
    async (_task: string, input: unknown): Promise<ChildEnd> => ({
      answer: new Uint8Array(await Promise.resolve(input as Promise<Uint8Array>)),
    }),
  );
  const give = readerProcess(run);
  expect(run.mock.calls[0]?.[0]).toBe("read-picture");
  expect(run.mock.calls[0]).toMatchObject(["read-picture", {}, { nodeOptions: ["--liftoff-only"] }]);
  expect(await give(picture)).toEqual({ answer: new Uint8Array(picture) });
});
