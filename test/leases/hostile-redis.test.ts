/**
 * A Redis that someone else runs, or an attacker on the network path to it (redis:// has no TLS). An attacker may want codes of
 * another time, to block an account, to use up our memory or our time, or to control our terminal.
 */
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { openLease } from "../../src/leases/index.ts";
import type { Lease } from "../../src/leases/lease.ts";
import type { Connect } from "../../src/ports/connection.ts";
import type { Ports } from "../../src/ports/index.ts";
import { connect } from "../../src/system/connect.ts";
import { counting, github } from "../helpers/accounts.ts";
import { type Answers, bulk, hostileRedis, list } from "../helpers/hostile-redis.ts";
import { drip, flood, type HostileServer, hostileServer } from "../helpers/hostile-server.ts";
import { only } from "../helpers/only.ts";
import { testCli } from "../helpers/test-cli.ts";

const now = "2026-01-31T12:00:10Z";
const NOW = Date.parse(now);
const STEP = Math.floor(NOW / 30_000);
const MINUTE = 60_000;
const wanted = { key: "0".repeat(32), first: STEP, amount: 1, sweepBelow: 0 };

/** A wait without an answer takes this long here; no test waits for the real limit. */
const PATIENCE = 150;
const hasty: Connect = (place, limits) => connect(place, { ...limits, patience: PATIENCE });

const servers: HostileServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

async function redisThat(answers: Answers, clock = () => NOW): Promise<HostileServer> {
  const server = await hostileRedis(answers, clock);
  servers.push(server);
  return server;
}

async function ask(
  port: number,
  work: (lease: Lease) => Promise<unknown>,
  { scheme = "redis", by = connect } = {},
): Promise<unknown> {
  const ports = only<Ports>({ clock: { now: () => NOW, sleep: async () => {} }, connect: by });
  const lease = await openLease(new URL(`${scheme}://127.0.0.1:${port}`), ports);
  try {
    return await work(lease);
  } finally {
    await lease.close();
  }
}

const refused = (reason: RegExp) => ({
  exitCode: ExitCode.noUnspentCode,
  message: expect.stringMatching(
    new RegExp(`^can't reserve a code at rediss?://127\\.0\\.0\\.1:\\d+: ${reason.source}$`),
  ),
});

const recordsOf = (cli: ReturnType<typeof testCli>) =>
  [...cli.folder.files.keys()].filter((name) => name.startsWith("steps/"));

describe("its clock", () => {
  it.each([
    ["a year ahead", 365 * 1440, "365 days ahead of"],
    ["a year behind", -365 * 1440, "365 days behind"],
    ["six minutes ahead", 6, "6 minutes ahead of"],
    ["six minutes behind", -6, "6 minutes behind"],
    ["three hours behind", -180, "3 hours behind"],
  ])("%s: no code, no record, and the next --once works", async (_, minutes, words) => {
    const server = await redisThat({}, () => NOW + minutes * MINUTE);
    const cli = testCli({ accounts: [github], now, connect });
    const lease = `redis://127.0.0.1:${server.port}`;
    expect(await cli.run(["code", "github", "--once", "--lease", lease])).toMatchObject({
      exitCode: 7,
      stdout: "",
      stderr: [
        `twinseed: error: can't reserve a code at ${lease}: its clock is ${words} this computer's`,
        "twinseed: hint: correct the clock that is wrong and run this again",
        "",
      ].join("\n"),
    });
    expect(recordsOf(cli)).toEqual([]);
    expect(await cli.run("code github --once --no-wait --lease none")).toMatchObject({ exitCode: 0 });
  });

  it.each([4, -4])("%i minutes from ours decides the step", async (minutes) => {
    const server = await redisThat({}, () => NOW + minutes * MINUTE);
    const cli = testCli({ accounts: [github], now, connect });
    const args = ["code", "github", "--once", "--json", "--lease", `redis://127.0.0.1:${server.port}`];
    expect(JSON.parse((await cli.run(args)).stdout)).toMatchObject({ step: STEP + 2 * minutes });
  });

  it("doctor's check says it too", async () => {
    const { port } = await redisThat({}, () => NOW + 60 * MINUTE);
    const checked = ask(port, (lease) => lease.check());
    await expect(checked).rejects.toMatchObject(refused(/its clock is 60 minutes ahead of this computer's/));
  });

  it.each(["NaN", "-5", "1e9", "Infinity", "", "9".repeat(400), "\u001b[31m1"])(
    "%j is no time",
    async (text) => {
      const { port } = await redisThat({ TIME: () => list(text, "0") });
      await expect(ask(port, (lease) => lease.now())).rejects.toMatchObject(
        refused(/it does not report the time/),
      );
    },
  );

  it.each([bulk("1769860810"), ":1769860810\r\n", "$-1\r\n", "*0\r\n", list("1"), list("1", "2", "3")])(
    "%j is no time either",
    async (said) => {
      const { port } = await redisThat({ TIME: () => said });
      await expect(ask(port, (lease) => lease.now())).rejects.toMatchObject(
        refused(/it does not report the time/),
      );
    },
  );
});

describe("what it says is spent", () => {
  it.each([
    ["a step below the one that was asked for", bulk(String(STEP - 1))],
    ["a huge number", bulk("9".repeat(400))],
    ["one that JavaScript can't tell apart", bulk("9007199254740993")],
    ["a negative one", bulk("-2")],
    ["NaN", bulk("NaN")],
    ["an exponent", bulk("1e10")],
    ["nothing", "$-1\r\n"],
    ["a list", list("-1")],
    ["an escape", bulk("\u001b[2J")],
  ])("%s makes no sense", async (_, said) => {
    const { port } = await redisThat({ EVAL: () => said });
    const answer = ask(port, (lease) => lease.reserve(wanted));
    await expect(answer).rejects.toMatchObject(refused(/it sent an unexpected answer/));
  });

  it.each(["-1", "1.5", "x"])("%j is no last step", async (text) => {
    const { port } = await redisThat({ GET: () => bulk(text) });
    const answer = ask(port, (lease) => lease.last(wanted.key));
    await expect(answer).rejects.toMatchObject(refused(/it sent an unexpected answer/));
  });

  it.each([9_999_999_999, Number.MAX_SAFE_INTEGER])(
    "a step of the far future (%i) leaves no record",
    async (last) => {
      const server = await redisThat({ EVAL: () => bulk(String(last)) });
      const cli = testCli({ accounts: [github], now, connect });
      const lease = `redis://127.0.0.1:${server.port}`;
      expect(await cli.run(["code", "github", "--once", "--lease", lease])).toMatchObject({
        exitCode: 7,
        stdout: "",
        stderr: expect.stringContaining("a code for a later time than now was spent"),
      });
      expect(recordsOf(cli)).toEqual([]);
      expect(await cli.run("code github --once --no-wait --lease none")).toMatchObject({ exitCode: 0 });
    },
  );

  it.each([10_000, 9_999_999_999, Number.MAX_SAFE_INTEGER])(
    "a counter of %i does not move ours on",
    async (last) => {
      const server = await redisThat({ EVAL: () => bulk(String(last)) });
      const cli = testCli({ accounts: [counting], now, connect });
      const lease = `redis://127.0.0.1:${server.port}`;
      expect(await cli.run(["code", "Token", "--once", "--lease", lease])).toMatchObject({
        exitCode: 7,
        stdout: "",
        stderr: expect.stringContaining(
          `counter ${last} is spent according to the lease, but the next one here is 0`,
        ),
      });
      expect(await cli.run("code Token --once --lease none")).toMatchObject({ stdout: "755224\n" });
    },
  );

  it("every counter that is asked for: ends, and does not move ours on", async () => {
    const server = await redisThat({ EVAL: (_, words) => bulk(words.at(-2) ?? "") });
    const cli = testCli({ accounts: [counting], now, connect });
    const lease = `redis://127.0.0.1:${server.port}`;
    expect(await cli.run(["code", "Token", "--once", "--lease", lease])).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining("others took 100 in a row"),
    });
    expect(await cli.run("code Token --once --lease none")).toMatchObject({ stdout: "755224\n" });
  });

  it("every counter up to 99: is believed", async () => {
    const server = await redisThat({
      EVAL: (_, words) => bulk(Number(words.at(-2)) < 100 ? "99" : "-1"),
    });
    const cli = testCli({ accounts: [counting], now, connect });
    const args = ["code", "Token", "--once", "--json", "--lease", `redis://127.0.0.1:${server.port}`];
    expect(JSON.parse((await cli.run(args)).stdout)).toMatchObject({ counter: 100 });
  });
});

describe("what never ends", () => {
  it.each<[string, Answers]>([
    ["a line", { TIME: (socket) => flood(socket, () => "+".repeat(65_536)) }],
    [
      "a text of a size that it names",
      { TIME: (socket) => flood(socket, () => `$4000\r\n${"a".repeat(65_536)}`) },
    ],
    ["answers", { TIME: (socket) => flood(socket, () => "+OK\r\n".repeat(10_000)) }],
    ["a list of answers", { TIME: (socket) => flood(socket, () => `*8\r\n${bulk("1")}`.repeat(10_000)) }],
    ["an error", { TIME: (socket) => flood(socket, () => `-${"E".repeat(65_536)}`) }],
    ["at login", { AUTH: (socket) => flood(socket, () => "+".repeat(65_536)) }],
  ])("%s is left soon", async (_, answers) => {
    const server = await redisThat(answers);
    const ports = only<Ports>({ clock: { now: () => NOW, sleep: async () => {} }, connect });
    const open = async () =>
      (await openLease(new URL(`redis://:geheim@127.0.0.1:${server.port}`), ports)).now();
    await expect(open()).rejects.toMatchObject(
      refused(/(it sent more than 16384 bytes|it sent an unexpected answer: .*)/),
    );
    // The system buffers some of it for us; in 15 seconds gigabytes would arrive.
    expect(server.sent()).toBeLessThan(32 * 1024 * 1024);
  });

  it.each([
    ["lists in lists", "*1\r\n".repeat(4000)],
    ["a giant list", "*999999999\r\n"],
    ["a giant text", "$999999999999\r\n"],
    ["a negative length", "$-2\r\n"],
    ["a length that is none", "$1e3\r\n"],
    ["a text that is longer than it says", "$1\r\nab\r\n"],
    ["two answers", "+OK\r\n+OK\r\n"],
    ["RESP3", "%1\r\n+a\r\n:1\r\n"],
    ["a web server", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["bytes", "\0\x01\x02"],
  ])("%s is no answer, and not waited for", async (_, said) => {
    const { port } = await redisThat({ TIME: () => said });
    const answer = ask(port, (lease) => lease.now());
    await expect(answer).rejects.toMatchObject(refused(/it sent an unexpected answer: .*/));
  });

  it.each<[string, (socket: Socket) => unknown]>([
    ["nothing", () => {}],
    ["a byte at a time", (socket) => drip(socket, "+")],
    ["a line in many lines", (socket) => drip(socket, "\r")],
    ["half an answer", (socket) => socket.write("*2\r\n$10\r\n17698")],
  ])("%s: one bound for all of it", async (_, say) => {
    const { port } = await redisThat({ TIME: say });
    const began = performance.now();
    const answer = ask(port, (lease) => lease.now(), { by: hasty });
    await expect(answer).rejects.toMatchObject(
      refused(/(it did not answer within 0\.15 seconds|it sent an unexpected answer: .*)/),
    );
    expect(performance.now() - began).toBeLessThan(20 * PATIENCE);
  });

  it("many answers, each of them in time", async () => {
    const { port } = await redisThat({
      EVAL: (socket) => void setTimeout(() => socket.write(bulk("-1")), PATIENCE / 3),
    });
    const answer = ask(
      port,
      async (lease) => {
        for (let i = 0; i < 10; i++) await lease.reserve(wanted);
      },
      { by: hasty },
    );
    await expect(answer).rejects.toMatchObject(refused(/it did not answer within 0\.15 seconds/));
  });

  it.each(["never", "drop by drop"])("a TLS handshake (%s)", async (how) => {
    const server = await hostileServer((socket) => how !== "never" && drip(socket, "\x16"));
    servers.push(server);
    const answer = ask(server.port, (lease) => lease.now(), { scheme: "rediss", by: hasty });
    await expect(answer).rejects.toMatchObject(refused(/(it did not answer within 0\.15 seconds|.*)/));
  });
});

it.each<[string, (socket: Socket) => unknown]>([
  ["before the answer", (socket) => socket.end()],
  ["in the middle of it", (socket) => socket.end("*2\r\n$10\r\n1769")],
])("that closes %s", async (_, say) => {
  const { port } = await redisThat({ TIME: say });
  const answer = ask(port, (lease) => lease.now());
  await expect(answer).rejects.toMatchObject(refused(/it closed the connection/));
});

it("that breaks off, and one that speaks first", async () => {
  const reset = await redisThat({ TIME: (socket) => socket.resetAndDestroy() });
  await expect(ask(reset.port, (lease) => lease.now())).rejects.toMatchObject(refused(/read ECONNRESET/));
  const eager = await hostileServer((socket) => socket.write("+hello\r\n"));
  servers.push(eager);
  const answer = ask(eager.port, (lease) => lease.now());
  await expect(answer).rejects.toMatchObject(
    refused(/it (sent data before it was asked|does not report the time)/),
  );
});

it("its errors are shown without escapes, cut, and without the password", async () => {
  const server = await redisThat({
    AUTH: (_, words) => `-ERR \u001b]0;x\u0007\u202e${words.join(" ")} ${"a".repeat(2000)}\r\n`,
  });
  const cli = testCli({ accounts: [github], now, connect });
  cli.upkeep.env.TWINSEED_LEASE = `redis://user:correct%2Dhorse@127.0.0.1:${server.port}`;
  const { exitCode, stdout, stderr } = await cli.run("code github --once");
  expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: "" });
  expect(stderr).toMatch(/: ERR \]0;xAUTH user … a+…\n$/);
  expect(stderr).not.toMatch(/horse|[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(stderr.length).toBeLessThan(500);
});
