/** A picture's QR codes by another process, and what that process does (reader-process.ts says why there is one). */
import { ExitCode, UserError } from "../base/errors.ts";
import { isText, parseFields } from "../base/untrusted-json.ts";
import { checkImage } from "../images/image-header.ts";
import type { readerProcess } from "./reader-process.ts";

/** With more of them the optimizing compiler earns its time: twelve million took two thirds of it. */
const MOST_PIXELS = 4_000_000;

/** `start`: undefined where there is no such process; the picture is read in this one then, as a large one is. */
export async function readApart(
  image: Uint8Array,
  start: (() => ReturnType<typeof readerProcess>) | undefined,
): Promise<readonly string[]> {
  const { width, height } = checkImage(image);
  const end = width * height <= MOST_PIXELS ? await start?.()(image) : undefined;
  const texts = end !== undefined && "answer" in end ? textsOf(end.answer) : undefined;
  if (texts !== undefined) return texts;
  const { readQrCodes } = await import("./read.ts");
  return readQrCodes(image);
}

/** undefined where it says nothing that we know. Throws what was thrown there. */
function textsOf(answer: Uint8Array): readonly string[] | undefined {
  const { texts, message, exitCode, hints } = parseFields(Buffer.from(answer).toString("utf8"));
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

/** Loads and compiles what the picture needs. */
export async function getReady(): Promise<void> {
  await import("./read.ts");
  const { startZxing } = await import("./zxing.ts");
  await startZxing("png");
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
