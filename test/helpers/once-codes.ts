/** For tests of `code --once`: the codes, and the records of what was handed out. */
import { codeOf } from "../../src/otp/one-time-code.ts";
import { github } from "./accounts.ts";
import type { testCli } from "./test-cli.ts";

process.setMaxListeners(100);

/** 10 s into its step, 20 s left; the code is 081804, then 050471. */
export const now = "2005-03-18T01:58:10Z";
export const [FIRST, SECOND, THIRD] = [37037036, 37037037, 37037038].map((step) =>
  codeOf(github.secret, github.otp, step),
);

export function recordsOf(cli: ReturnType<typeof testCli>): string[] {
  return [...cli.folder.files.keys()].filter((name) => name.startsWith("steps/"));
}
