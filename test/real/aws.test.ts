/** Sessions, credential_process and mfa_process with the real program and Debian's real `aws`, in real time, at the same time. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  cleanUp,
  held,
  long,
  requireNothingPlain,
  SERIAL,
  STEP,
  sh,
  TIME,
  withDevice,
} from "../helpers/aws-world.ts";
import { needs } from "../helpers/system-packages.ts";

afterAll(cleanUp);

describe.skipIf(!needs("aws")).concurrent("aws with the real AWS CLI (needs aws)", { timeout: TIME }, () => {
  it("serves two at once with one code", async () => {
    const made = await withDevice();
    const { computer, aws, to } = made;
    const [first, second] = await Promise.all([
      computer.run(["aws", "credentials", "work", ...to], long),
      computer.run(["aws", "credentials", "work", ...to], long),
    ]);
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(first.stdout).toBe(second.stdout);
    expect(aws.cloud.count("GetSessionToken")).toBe(1);
    requireNothingPlain(made);
  });

  it("serves credential_process, which the CLI runs twice for one command, with one code", async () => {
    const made = await withDevice();
    const { computer, aws, to } = made;
    aws.cloud.lifetime = 850; // The CLI runs it twice if less than 15 minutes are left.
    const config = await computer.run(["aws", "config", "work", "--write", ...to]);
    expect(config).toMatchObject({ exitCode: 0, stdout: "" });
    const used = await sh(
      `aws sts get-caller-identity --profile work-mfa --endpoint-url ${aws.url}`,
      computer,
    );
    expect(used).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(used.stdout).Arn).toBe("arn:aws:iam::123456789012:user/alice");
    expect(readFileSync(join(computer.home, "runs"), "utf8")).toBe("run\nrun\n");
    expect(aws.cloud.asked.at(-1)?.key).toMatch(/^ASIA/);
    expect(aws.cloud.count("GetSessionToken")).toBe(1);
    requireNothingPlain(made);
  });

  it("does not get its keys from itself", async () => {
    const { computer, aws } = await withDevice();
    const line = `twinseed aws credentials work --profile work-mfa -- --endpoint-url ${aws.url}`;
    writeFileSync(
      join(computer.home, ".aws", "config"),
      `[profile work-mfa]\ncredential_process = ${line}\n`,
    );
    const ended = await sh(line, computer);
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stderr).toContain("come from twinseed itself");
    expect(aws.cloud.asked).toEqual([]);
  });

  it("gives lines that sh evaluates, with the next code where this one was used", async () => {
    const { computer, aws, to, device } = await withDevice();
    // Another client logs in with the same code a moment earlier.
    aws.before = ({ action, params }) => {
      if (action !== "GetSessionToken") return;
      delete aws.before;
      const steps = [-1, 0, 1].map((more) => Math.floor(Date.now() / STEP) + more);
      device.last = steps.find((step) => aws.cloud.codeAt(device, step * STEP) === params.TokenCode) ?? 0;
    };
    const line = `eval "$(twinseed aws session work ${to.join(" ")})" && aws sts get-caller-identity --endpoint-url ${aws.url}`;
    const ended = await sh(line, computer);
    expect(ended.stderr).toContain("AWS rejected the code; trying the next one");
    expect(ended.stderr).toMatch(/session of "work" until \S+\n$/);
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(aws.cloud.count("GetSessionToken")).toBe(2);
    expect(aws.cloud.asked.at(-1)?.key).toMatch(/^ASIA/);
  });

  it("says what AWS says of a wrong serial, and of unknown keys", async () => {
    const { computer, aws, to } = await withDevice();
    const wrong = to.map((word) => (word === SERIAL ? "arn:aws:iam::123456789012:mfa/bob" : word));
    const ended = await computer.run(["aws", "credentials", "work", ...wrong], long);
    expect(ended).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ended.stderr).toContain("unable to validate MFA code");
    const unknown = await computer.run([
      "aws",
      "session",
      "work",
      "--profile",
      "other",
      "--",
      "--endpoint-url",
      aws.url,
    ]);
    expect(unknown.stderr).toContain("(InvalidClientTokenId)");
  });

  it("survives a kill while AWS makes the session: the next run gets one, for another code", async () => {
    const made = await withDevice();
    const { computer, aws, to } = made;
    const call = held(aws, "after", "GetSessionToken");
    const running = computer.start(["aws", "credentials", "work", ...to], long);
    await call.reached;
    running.kill();
    await running.ended;
    requireNothingPlain(made);
    call.letGo();
    const next = await computer.run(["aws", "credentials", "work", ...to], long);
    expect(next).toMatchObject({ exitCode: 0 });
    const codes = aws.cloud.asked.flatMap(({ params }) => params.TokenCode ?? []);
    expect(new Set(codes).size).toBe(2);
    requireNothingPlain(made);
  });

  it("gives aws-vault a code by mfa_process: nothing but the code, and an exit code where there is none", async () => {
    const { computer, aws, to, device } = await withDevice();
    const config = await computer.run(["aws", "config", "work", "--mfa-process", ...to]);
    const [, line = ""] = /^mfa_process = (.*)$/m.exec(config.stdout) ?? [];
    const ended = await sh(line, computer);
    expect([0, -STEP].map((ago) => aws.cloud.codeAt(device, Date.now() + ago))).toContain(
      ended.stdout.trim(),
    );
    expect(ended.exitCode).toBe(0);
    const none = await sh("twinseed code nobody --once", computer);
    expect(none).toMatchObject({ stdout: "" });
    expect(none.exitCode).not.toBe(0);
  });
});
