/** Reads a picture's QR codes in a child process, and has the child's side of that too. reader-process.ts explains why. */
import { ExitCode, UserError } from "../base/errors.ts";
import { isText, parseFields } from "../base/untrusted-json.ts";
import { checkImage } from "../images/image-header.ts";
import type { PictureTexts } from "../ports/pictures.ts";
import type { readerProcess } from "./reader-process.ts";

/** Above this, the optimizing compiler is worth its time: with it, twelve million pixels took two thirds of the time. */
const MOST_PIXELS = 4_000_000;

/** If `start` is undefined, there is no child, and the picture is read in this process. So is a large picture. */
export async function readInChild(
  image: Uint8Array,
  start: (() => ReturnType<typeof readerProcess>) | undefined,
): Promise<PictureTexts> {
  const { width, height } = checkImage(image);
  const end = width * height <= MOST_PIXELS ? await start?.()(image) : undefined;
  const found = end !== undefined && "answer" in end ? textsOf(end.answer) : undefined;
  if (found !== undefined) return found;
  const { readPicture } = await import("./read.ts");
  return readPicture(image);
}

/** Returns undefined if the answer has no known form. Rethrows what the child threw. */
function textsOf(answer: Uint8Array): PictureTexts | undefined {
  const { texts, hasUnread, message, exitCode, hints } = parseFields(Buffer.from(answer).toString("utf8"));
  if (isText(message))
    throw new UserError(
      message,
      exitCode === ExitCode.failed ? exitCode : ExitCode.unreadable,
      textsIn(hints),
    );
  return Array.isArray(texts) ? { texts: textsIn(texts), hasUnread: hasUnread === true } : undefined;
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter(isText) : [];
}

/** Runs in the child: loads and compiles what reading a picture needs. */
export async function getReady(): Promise<void> {
  await import("./read.ts");
  const { startZxing } = await import("./zxing.ts");
  await startZxing("png");
}

/** Runs in the child: its answer for a picture. */
export async function answerOf(image: Uint8Array): Promise<string> {
  const { readPicture } = await import("./read.ts");
  const answer = await readPicture(image).then(
    ({ texts, hasUnread }) => ({ texts, hasUnread }),
    (error: unknown) => {
      if (error instanceof UserError)
        return { message: error.message, exitCode: error.exitCode, hints: error.hints };
      throw error;
    },
  );
  return JSON.stringify(answer);
}
