/** `device push`: what the ledger says of a key that is full, locked, pulled out, another one, or has the name already. */
import { describe, expect, it } from "vitest";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { STEAM } from "../../src/otp/enrollment.ts";
import { aws, base32Of, github } from "../helpers/accounts.ts";
import { type TestCliOptions, testCli } from "../helpers/test-cli.ts";

const AWS = "Amazon Web Services:root-account-mfa-device@123456789012";

async function machine(accounts: readonly Enrollment[] = [aws, github], options: TestCliOptions = {}) {
  const cli = testCli({ accounts, files: { words: "open sesame", wrong: "no" }, ...options });
  await cli.start();
  const states = async (): Promise<Record<string, string>> => {
    const list = JSON.parse((await cli.run("audit --json")).stdout).accounts;
    return Object.fromEntries(
      list.map(
        ({
          account,
          copies,
        }: {
          account: { name: string };
          copies: { device: string; status: string }[];
        }) => [account.name, copies.find(({ device }) => device === "yubikey")?.status ?? "none"],
      ),
    );
  };
  return { ...cli, states };
}

const named = (label: string): Enrollment => ({ ...github, label });

describe("a key that takes it", () => {
  it.each([
    ["4.2.8", false],
    ["5.7.1", true],
  ] as const)("of version %s proves its copy at once", async (version, isNew) => {
    const { key, run, states } = await machine();
    Object.assign(key.state, { version, isNew });
    expect(await run("device push yubikey root-account github")).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await states()).toEqual({ [AWS]: "proved", "GitHub:octocat": "proved" });
    expect([...key.credentials.keys()]).toEqual([AWS, "GitHub:octocat"]);
  });

  it("gets no seed and no URI as an argument", async () => {
    const { key, run } = await machine();
    key.state.password = "open sesame";
    await run("device push yubikey root-account github --touch --password-file words");
    const args = key.calls.flat().join("\n");
    for (const secret of [base32Of(aws), base32Of(github), "otpauth", "open sesame"])
      expect(args).not.toContain(secret);
    expect(key.credentials.get(AWS)?.touch).toBe(true);
  });
});

describe("nothing is written if", () => {
  it("the key is locked and there is no password, or a wrong one", async () => {
    const { key, run, folder } = await machine();
    key.state.password = "open sesame";
    const before = [...folder.files];
    expect(await run("device push yubikey github")).toMatchObject({ exitCode: 2 });
    const wrong = await run("device push yubikey github --password-file wrong");
    expect(wrong).toMatchObject({ exitCode: 6 });
    expect(wrong.stderr).toContain("that is not the password of the key");
    expect([...folder.files]).toEqual(before);
    expect(key.credentials.size).toBe(0);
  });

  it("there is no key", async () => {
    const { key, run, folder } = await machine();
    key.state.isPlugged = false;
    const before = [...folder.files];
    const { exitCode, stderr } = await run("device push yubikey github");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("plug the key in");
    expect([...folder.files]).toEqual(before);
  });

  it("an account's seed can't be opened, even if it is the last of them", async () => {
    const { key, run, uris, folder } = await machine();
    const id = [...uris].find(([, uri]) => uri.includes("GitHub"))?.[0] ?? "";
    uris.delete(id);
    const before = [...folder.files];
    expect((await run("device push yubikey root-account github")).exitCode).not.toBe(0);
    expect(key.credentials.size).toBe(0);
    expect([...folder.files]).toEqual(before);
  });

  it("it is another key than the one with this name", async () => {
    const { key, run } = await machine();
    await run("device push yubikey github");
    key.credentials.clear();
    const { exitCode, stderr } = await run("device push yubikey root-account");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("is it another key?");
    expect(key.credentials.size).toBe(0);
  });

  it("the device is a phone here, or was lost", async () => {
    const { key, run } = await machine();
    await run("device add pixel --kind phone");
    await run("device add yubikey --kind hardware");
    await run("device lost yubikey");
    expect((await run("device push pixel github")).stderr).toContain("is a phone here");
    expect((await run("device push yubikey github")).stderr).toContain('"yubikey" is lost');
    expect(key.calls).toEqual([]);
  });
});

describe("what a key can't hold", () => {
  it("is named before anything is written, and the others go on", async () => {
    const otp = { type: "totp", algorithm: "SHA512", digits: 6, period: 30 } as const;
    const { key, run, states } = await machine([github, { ...named("sha512"), otp, secret: aws.secret }]);
    key.state.version = "4.2.8";
    const { exitCode, stderr } = await run("device push yubikey octocat sha512");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('can\'t hold "GitHub:sha512": it uses SHA512');
    expect(stderr.indexOf("SHA512")).toBeLessThan(stderr.indexOf("is confirmed"));
    expect(await states()).toEqual({ "GitHub:octocat": "proved", "GitHub:sha512": "none" });
  });

  it("is Steam Guard", async () => {
    const { key, run } = await machine([
      { issuer: "Steam", label: "gamer", otp: STEAM, secret: github.secret },
    ]);
    const { exitCode, stderr } = await run("device push yubikey gamer");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Steam Guard has an alphabet of its own");
    expect(key.credentials.size).toBe(0);
  });

  it("is more than its slots: what audit finds most at risk goes first", async () => {
    const { key, run } = await machine();
    const filler = { secret: github.secret, otp: github.otp, touch: false };
    for (let i = 0; i < 31; i++) key.credentials.set(`other ${i}`, filler);
    const code = (await run("code github")).stdout.trim();
    await run(`verify github ${code} --device phone --kind phone`);
    const { exitCode, stderr } = await run("device push yubikey github root-account");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('left out: "GitHub:octocat"');
    expect(key.credentials.has(AWS)).toBe(true);
    expect(stderr).toContain('"yubikey" has room for 0 more accounts');
  });

  it("is more than it says itself: the copy is not noted", async () => {
    const { key, run, states } = await machine();
    key.state.slots = 0;
    const { exitCode, stderr } = await run("device push yubikey github");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("No space left on the YubiKey");
    expect((await states())["GitHub:octocat"]).toBe("none");
  });
});

describe("a key that is pulled out in the middle", () => {
  it.each(["before", "after"] as const)(
    "%s it has the seed: the copy may be there, and is not confirmed",
    async (when) => {
      const { key, run, states } = await machine();
      key.state.pulled = { at: 2, when };
      const { exitCode, stderr } = await run("device push yubikey root-account github");
      expect(exitCode).toBe(1);
      expect(stderr).toContain('"GitHub:octocat" may be on "yubikey"');
      expect(await states()).toEqual({ [AWS]: "proved", "GitHub:octocat": "shown" });
      key.state.isPlugged = true;
      expect(await run("device push yubikey root-account github")).toMatchObject({ exitCode: 0 });
      expect(await states()).toEqual({ [AWS]: "proved", "GitHub:octocat": "proved" });
    },
  );
});

describe("a name that the key has already", () => {
  it("with the same seed is confirmed, and not written again", async () => {
    const { key, run, states } = await machine();
    key.credentials.set("GitHub:octocat", { secret: github.secret, otp: github.otp, touch: false });
    expect(await run("device push yubikey github")).toMatchObject({ exitCode: 0 });
    expect(key.calls.some((args) => args.includes("uri"))).toBe(false);
    expect((await states())["GitHub:octocat"]).toBe("proved");
  });

  it("with another seed is left alone, unless --replace says so", async () => {
    const { key, run, states } = await machine();
    key.credentials.set("GitHub:octocat", { secret: aws.secret, otp: github.otp, touch: false });
    expect(await run("device push yubikey github")).toMatchObject({ exitCode: 1 });
    expect(key.credentials.get("GitHub:octocat")?.secret).toBe(aws.secret);
    expect((await states())["GitHub:octocat"]).toBe("none");
    expect(await run("device push yubikey github --replace")).toMatchObject({ exitCode: 0 });
    expect((await states())["GitHub:octocat"]).toBe("proved");
  });

  it("because it was cut to 64 bytes is not taken for the other account", async () => {
    const long = "x".repeat(70);
    const { key, run } = await machine([named(`${long}1`), { ...named(`${long}2`), secret: aws.secret }]);
    const { exitCode, stderr } = await run(`device push yubikey ${long}1 ${long}2`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("has the same name on the key");
    expect(key.credentials.size).toBe(1);
  });
});

describe("device check of a key", () => {
  it("lists what is on it against the ledger, and what is not right no longer counts", async () => {
    const { key, run, states, clock } = await machine([
      aws,
      github,
      { ...named("counter"), otp: { type: "hotp", algorithm: "SHA1", digits: 6, counter: 3 } },
    ]);
    await run("device push yubikey root-account octocat GitHub:counter --touch");
    expect(await run("device check yubikey")).toMatchObject({ exitCode: 0 });
    clock.now += 1000;
    const counter = key.credentials.get("GitHub:counter")?.otp;
    key.credentials.set("GitHub:octocat", { secret: aws.secret, otp: github.otp, touch: false });
    key.credentials.set("Other:\u001b[31mme", { secret: aws.secret, otp: github.otp, touch: false });
    const { exitCode, stdout } = await run("device check yubikey");
    expect(exitCode).toBe(8);
    expect(stdout).toContain("another seed   GitHub:octocat\n");
    expect(stdout).toContain("has a counter  GitHub:counter\n");
    expect(stdout).toContain(`same           ${AWS}\n`);
    expect(stdout).toMatch(/only there +Other:[^\u001b]*me\n/);
    expect(key.credentials.get("GitHub:counter")?.otp).toEqual(counter);
    expect(await states()).toMatchObject({ [AWS]: "proved", "GitHub:octocat": "shown" });
    key.credentials.delete("GitHub:octocat");
    const gone = JSON.parse((await run("device check yubikey --json")).stdout);
    expect(gone.missing).toMatchObject([{ name: "GitHub:octocat" }]);
    expect(gone.same).toMatchObject([{ name: AWS }]);
  });
});
