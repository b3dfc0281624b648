/** The executable for arm64, run by an emulator: it starts, reads a picture, and has the right codes. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { totp } from "../../src/library.ts";
import { computerIn, EXAMPLE } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { needs } from "../helpers/system-packages.ts";

const LIBRARIES = "/usr/aarch64-linux-gnu";
const isReady = needs("qemu-aarch64-static") && existsSync(LIBRARIES);

describe.skipIf(!isReady)(
  "on arm64 (needs qemu-user-static, libc6-arm64-cross)",
  { timeout: 120_000 },
  () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    const executable = `standalone/twinseed-${version}-linux-arm64/twinseed`;

    beforeAll(() => void execFileSync(process.execPath, ["packaging/standalone.mjs", "linux-arm64"]));

    it("a screenshot becomes an account with the right codes", async () => {
      const env = { TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
      const program = ["qemu-aarch64-static", "-L", LIBRARIES, `${process.cwd()}/${executable}`] as const;
      const { run } = computerIn(temporaryFolder(), env, program);
      expect(await run(["--version"])).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
      expect(await run(["add", EXAMPLE, "--name", "aws-root"])).toMatchObject({ exitCode: 0 });
      const code = totp(EXAMPLE_URI, { at: 59_000 });
      expect(await run(["code", "aws-root", "--at", "59"])).toMatchObject({
        exitCode: 0,
        stdout: `${code}\n`,
      });
    });
  },
);
