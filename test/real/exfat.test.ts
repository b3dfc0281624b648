/** A disk that keeps no modes: exFAT, mounted as USB sticks are, with a loop device and FUSE. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { computerIn } from "../helpers/binary.ts";
import { needs } from "../helpers/system-packages.ts";

const root = mkdtempSync(join(tmpdir(), "twinseed-exfat-"));
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8", stdio: "pipe" }).trim();

/** Containers have no devices to mount, and no package brings them. */
const canMount =
  process.geteuid?.() === 0 && ["/dev/loop-control", "/dev/fuse"].every((device) => existsSync(device));
const installed = canMount && needs("mkfs.exfat", "mount.exfat-fuse", "losetup");

describe.skipIf(!installed)("exFAT (needs exfatprogs, exfat-fuse, root, a loop device)", () => {
  const disk = join(root, "disk");
  let device: string | undefined;
  afterAll(() => {
    if (device !== undefined) {
      run("umount", disk);
      run("losetup", "--detach", device);
    }
    rmSync(root, { recursive: true, force: true });
  });

  it("is written to and read, and doctor says once that it keeps no modes", async () => {
    const image = join(root, "image");
    writeFileSync(image, "");
    truncateSync(image, 16 * 2 ** 20);
    mkdirSync(disk);
    run("mkfs.exfat", image);
    device = run("losetup", "--find", "--show", image);
    run("mount.exfat-fuse", device, disk, "-o", "umask=000");
    const stick = computerIn(disk, {
      TWINSEED_STORE: "file",
      TWINSEED_KEY: randomBytes(32).toString("base64"),
    });
    const added = await stick.run(["add", "-", "--name", "aws"], {
      stdin: { text: "otpauth://totp/AWS:root?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n" },
    });
    expect(added).toMatchObject({ exitCode: 0 });
    expect(statSync(stick.data).mode & 0o777).toBe(0o777);
    expect((await stick.run(["code", "aws", "--once"])).stdout).toMatch(/^\d{6}\n$/);
    const { exitCode, stdout } = await stick.run(["doctor"]);
    expect(stdout.match(/keeps no modes/g)).toHaveLength(1);
    expect({ exitCode, wrong: stdout.match(/^wrong.*/gm) }).toEqual({ exitCode: 0, wrong: null });
    expect((await stick.run(["doctor", "--repair"])).exitCode).toBe(0);
  });
});
