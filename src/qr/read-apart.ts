/**
 * Reads the first picture of a run in a process of its own, whose V8 leaves out its optimizing compiler for WebAssembly: that
 * keeps both cores busy for longer than it saves (bench/README.md). V8's options may not be changed in a process that goes
 * on to write seeds ("unpredictable behavior, including crashes and data loss", Node's documentation on v8.setFlagsFromString).
 */
import { ExitCode, UserError } from "../base/errors.ts";
import { PICTURE_LIMITS } from "../base/limits.ts";
import { isText, parseFields } from "../base/untrusted-json.ts";
import { checkImage } from "../images/image-header.ts";
import type { RunChild } from "../ports/child.ts";
import type { ReadQrCodes } from "../ports/pictures.ts";

/** With more of them the optimizing compiler earns its time: twelve million took two thirds of it. */
const MOST_PIXELS = 4_000_000;
/** Milliseconds; the worst picture of the corpus takes a tenth. */
const PATIENCE = 60_000;

/** `run`: undefined where the option is not known, and the picture is read in this process, as all later ones are. */
export function pictureReader(run: RunChild | undefined): ReadQrCodes {
  let isFirst = true;
  return async (image) => {
    const { width, height } = checkImage(image);
    const answer = isFirst && width * height <= MOST_PIXELS ? await readApart(image, run) : undefined;
    isFirst = false;
    if (answer !== undefined) return answer;
    const { readQrCodes } = await import("./read.ts");
    return readQrCodes(image);
  };
}

/** undefined where that process did not get to an answer. */
async function readApart(
  image: Uint8Array,
  run: RunChild | undefined,
): Promise<readonly string[] | undefined> {
  const limits = { patience: PATIENCE, bytes: PICTURE_LIMITS.bytes, nodeOptions: ["--liftoff-only"] };
  const end = await run?.("read-picture", image, limits);
  if (end === undefined || "fault" in end) return undefined;
  const { texts, message, exitCode, hints } = parseFields(Buffer.from(end.answer).toString("utf8"));
  if (isText(message))
    throw new UserError(
      message,
      exitCode === ExitCode.failed ? exitCode : ExitCode.unreadable,
      textsIn(hints),
    );
  return Array.isArray(texts) ? textsIn(texts) : undefined;
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter(isText) : [];
}

/** What the other process answers. */
export async function answerOf(image: Uint8Array): Promise<string> {
  const { readQrCodes } = await import("./read.ts");
  const answer = await readQrCodes(image).then(
    (texts) => ({ texts }),
    (error: unknown) => {
      if (error instanceof UserError)
        return { message: error.message, exitCode: error.exitCode, hints: error.hints };
      throw error;
    },
  );
  return JSON.stringify(answer);
}
