/**
 * The process that reads the first picture of a run. It turns off V8's optimizing compiler for WebAssembly, which keeps both
 * cores busy for longer than it saves (bench/README.md). V8's options must not be changed in a process that later writes seeds
 * ("unpredictable behavior, including crashes and data loss", Node's documentation of v8.setFlagsFromString).
 */
import { PICTURE_LIMITS } from "../base/limits.ts";
import type { ChildEnd, RunChild } from "../ports/child.ts";

/** Milliseconds; the slowest picture of the corpus takes a tenth of this. */
const PATIENCE = 60_000;

/** Starts the process before there is a picture. The returned function sends it one and resolves to its answer. */
export function readerProcess(run: RunChild): (image: Uint8Array) => Promise<ChildEnd> {
  let send: (image: Uint8Array) => void = () => {};
  const picture = new Promise<Uint8Array>((resolve) => {
    send = resolve;
  });
  const limits = { patience: PATIENCE, bytes: PICTURE_LIMITS.bytes, nodeOptions: ["--liftoff-only"] };
  const ending = run("read-picture", picture, limits);
  return (image) => {
    send(image);
    return ending;
  };
}
