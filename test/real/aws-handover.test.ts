/**
 * The real `aws` where a descriptor that it inherits would not do: on macOS (by a stand-in), behind scripts that close
 * descriptors, and where it can't read what it is handed.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cleanUp, long, requireNothingPlain, SERIAL, TIME, withDevice, world } from "../helpers/aws-world.ts";
import { ROOT } from "../helpers/binary.ts";
import { needs } from "../helpers/system-packages.ts";

afterAll(cleanUp);

type Script = (aws: string, home: string) => string;

const TAKES: Readonly<Record<string, Script>> = {
  "under macOS's /dev/fd": (aws, home) => {
    const shim = join(home, "dup-descriptors.so");
    const source = join(ROOT, "test/helpers/macos/dup-descriptors.c");
    execFileSync("gcc", ["-shared", "-fPIC", "-o", shim, source, "-ldl"]);
    return `#!/bin/sh\nLD_PRELOAD=${shim} exec ${aws} "$@"\n`;
  },
  "behind Python's subprocess": (aws) =>
    `#!/usr/bin/python3\nimport subprocess, sys\nsys.exit(subprocess.run(["${aws}", *sys.argv[1:]]).returncode)\n`,
  "behind a script that looks at its input first": (aws) =>
    `#!/bin/sh\nfor word; do case $word in file://*) cat "\${word#file://}" >/dev/null;; esac; done\nexec ${aws} "$@"\n`,
  "where it gets to see the current folder only": (aws) =>
    `#!/bin/sh\ncase "$*" in *file:///*) echo "no such file" >&2; exit 252;; esac\nexec ${aws} "$@"\n`,
};

/** Puts a script in the place of the AWS CLI. */
function wrap(home: string, script: Script): void {
  const aws = join(home, "bin", "aws");
  const real = realpathSync(aws);
  rmSync(aws);
  writeFileSync(aws, script(real, home), { mode: 0o755 });
}

describe
  .skipIf(!needs("aws", "gcc", "python3"))
  .concurrent("the handover to aws (needs aws, gcc, python3)", { timeout: TIME }, () => {
    for (const [where, script] of Object.entries(TAKES))
      it(`enrolls ${where}`, async () => {
        const made = await world();
        const { computer, aws, to } = made;
        wrap(computer.home, script);
        const ended = await computer.run(["aws", "enroll", "--name", "work", ...to], long);
        expect(ended).toMatchObject({ exitCode: 0, stdout: "" });
        expect(aws.cloud.devices.get(SERIAL)).toMatchObject({ user: "alice", drift: 0 });
        requireNothingPlain(made);
        expect(readdirSync(computer.home).filter((name) => name.startsWith("twinseed-"))).toEqual([]);
      });

    it("leaves nothing at AWS, and no code used, where the CLI can't read what it is handed", async () => {
      const { computer, aws, to } = await withDevice();
      wrap(
        computer.home,
        (real) =>
          `#!/bin/sh\ncase "$*" in *file:*) echo "no such file" >&2; exit 252;; esac\nexec ${real} "$@"\n`,
      );
      const more = to.slice(2); // without --serial
      for (const args of [
        ["enroll", "--device-name", "second", ...more],
        ["credentials", "work", ...to],
        ["resync", "work", ...to],
      ]) {
        const ended = await computer.run(["aws", ...args], long);
        expect(ended.exitCode).toBe(1);
        expect(ended.stderr).toContain("can't read the input that twinseed gives it: no such file");
        expect(ended.stderr).toContain("nothing was created at AWS, and no code was used");
      }
      expect(aws.cloud.devices.size).toBe(1);
      expect(aws.cloud.asked.filter(({ action }) => action !== "GetCallerIdentity")).toEqual([]);
      // No step has been reserved: this one is still there.
      expect((await computer.run(["code", "work", "--once", "--no-wait"])).exitCode).toBe(0);
    });
  });
