/**
 * `aws enroll` and `aws resync` with the real program and Debian's real `aws`. AWS needs codes of three steps for an
 * enrollment, which takes a minute; so the tests run at the same time.
 */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import {
  cleanUp,
  held,
  long,
  requireNothingPlain,
  SERIAL,
  STEP,
  TIME,
  withDevice,
  world,
} from "../helpers/aws-world.ts";
import { foreignLines } from "../helpers/binary.ts";
import { inside } from "../helpers/inside.ts";
import { needs } from "../helpers/system-packages.ts";

afterAll(cleanUp);

describe.skipIf(!needs("aws")).concurrent("aws with the real AWS CLI (needs aws)", { timeout: TIME }, () => {
  it("enrolls: a seed, a pair, a proof", async () => {
    const made = await world();
    const { computer, aws, to } = made;
    const commandLines: string[] = [];
    aws.before = () => {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
        try {
          commandLines.push(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
        } catch {
          // The process has ended.
        }
    };
    const ended = await computer.run(["aws", "enroll", "--name", "work", ...to], long);
    expect(ended).toMatchObject({ exitCode: 0, stdout: "" });
    expect(foreignLines(ended.stderr)).toEqual([]);
    const device = aws.cloud.devices.get(SERIAL);
    expect(device).toMatchObject({ user: "alice", drift: 0 });
    const codes = aws.cloud.asked.flatMap(({ params }) => [
      ...[params.AuthenticationCode1, params.AuthenticationCode2, params.TokenCode].filter(
        (code) => code !== undefined,
      ),
    ]);
    expect(new Set(codes).size).toBe(3);
    const seen = commandLines.filter((line) => line.includes(aws.url)).join("\n");
    expect(seen).toContain("create-virtual-mfa-device");
    for (const secret of [...codes, device?.seed ?? ""]) expect(seen).not.toContain(secret);
    requireNothingPlain(made);
    expect(readdirSync(computer.home).filter((name) => name.startsWith("twinseed-aws"))).toEqual([]);
  });

  it("goes on after it was killed before it had the seed, and when AWS had just enabled the device", async () => {
    const made = await world();
    const { computer, aws, to } = made;
    const call = held(aws, "after", "CreateVirtualMFADevice");
    const running = computer.start(["aws", "enroll", "--name", "work", ...to], long);
    await call.reached;
    running.kill();
    await running.ended;
    call.letGo();
    expect(aws.cloud.devices.size).toBe(1);
    requireNothingPlain(made);
    const enabling = held(aws, "after", "EnableMFADevice");
    const next = computer.start(["aws", "enroll", "--name", "work", ...to], long);
    await enabling.reached;
    next.kill();
    await next.ended;
    enabling.letGo();
    expect(next.said()).toContain("an interrupted run left it without a stored seed");
    expect(aws.cloud.asked.map(({ action }) => action)).toContain("DeleteVirtualMFADevice");
    const [device] = aws.cloud.devices.values();
    expect(device?.user).toBe("alice");
    expect((await inside(computer, ["uri", "work"])).stdout).toContain(`secret=${device?.seed}&`);
    requireNothingPlain(made);
    const code = await computer.run(["code", "work"]);
    expect([0, -STEP].map((ago) => device && aws.cloud.codeAt(device, Date.now() + ago))).toContain(
      code.stdout.trim(),
    );
    // Running it to the end would take three more codes, and their time.
    const last = computer.start(["aws", "enroll", "--name", "work", ...to], long);
    while (!last.said().includes("resuming the interrupted enrollment"))
      await new Promise((resolve) => setTimeout(resolve, 50));
    last.kill();
    await last.ended;
  });

  it("resyncs", async () => {
    const { computer, aws, to, device } = await withDevice();
    device.drift = -5;
    const ended = await computer.run(["aws", "resync", "work", ...to], long);
    expect(ended).toMatchObject({ exitCode: 0, stdout: "" });
    expect(device.drift).toBe(0);
    expect(aws.cloud.asked.at(-1)?.action).toBe("ResyncMFADevice");
  });

  it("survives a kill when AWS has just resynced: the next code is taken", async () => {
    const made = await withDevice();
    const { computer, aws, to, device } = made;
    device.drift = -5;
    const call = held(aws, "after", "ResyncMFADevice");
    const running = computer.start(["aws", "resync", "work", ...to], long);
    await call.reached;
    running.kill();
    await running.ended;
    call.letGo();
    requireNothingPlain(made);
    expect(await computer.run(["aws", "credentials", "work", ...to], long)).toMatchObject({ exitCode: 0 });
    expect(device.drift).toBe(0);
  });
});
