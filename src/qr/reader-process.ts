/**
 * The process that reads the first picture of a run. Its V8 leaves out its optimizing compiler for WebAssembly, which keeps both
 * cores busy for longer than it saves (bench/README.md). V8's options may not be changed in a process that goes on to write
 * seeds ("unpredictable behavior, including crashes and data loss", Node's documentation of v8.setFlagsFromString).
 */
import { PICTURE_LIMITS } from "../base/limits.ts";
import type { ChildEnd, RunChild } from "../ports/child.ts";

/** Milliseconds; the worst picture of the corpus takes a tenth. */
const PATIENCE = 60_000;

/** Starts it, before there is a picture; what comes back gives it one. */
export function readerProcess(run: RunChild): (image: Uint8Array) => Promise<ChildEnd> {
  let give: (image: Uint8Array) => void = () => {};
  const picture = new Promise<Uint8Array>((resolve) => {
    give = resolve;
  });
  const limits = { patience: PATIENCE, bytes: PICTURE_LIMITS.bytes, nodeOptions: ["--liftoff-only"] };
  const ending = run("read-picture", picture, limits);
  return (image) => {
    give(image);
    return ending;
  };
}
