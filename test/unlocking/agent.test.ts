/** What an unlocked store hands out, and when it locks itself: with injected clocks, in memory. */
import { describe, expect, it } from "vitest";
import type { Account } from "../../src/ledger/account.ts";
import { formatAccount } from "../../src/ledger/account-file.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { codeOf } from "../../src/otp/one-time-code.ts";
import { newDataKey } from "../../src/seeds/file/data-key.ts";
import { sealedFileStore } from "../../src/seeds/file/sealed-file.ts";
import { agentOf } from "../../src/unlocking/agent.ts";
import { formatQuery, formatWanted, LOCK, parseAnswer, parseRequest } from "../../src/unlocking/requests.ts";
import { formatStart, parseStart } from "../../src/unlocking/start-message.ts";
import { counting, github, steam } from "../helpers/accounts.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { testDeps } from "../helpers/seed-store-deps.ts";

const { random } = testDeps();
const HOUR = 3_600_000;
const START = Date.parse("2026-01-31T12:00:00Z");

async function unlocked(enrollment = github) {
  const folder = memoryFolder({
    "config.json": '{"version":1,"store":"file","why":""}',
    "keys/passphrase-1.json": "{}",
  });
  const [key, older] = [newDataKey(random), newDataKey(random)];
  await sealedFileStore(folder, key, random).put("abc", enrollment);
  const account: Account = {
    id: "abc",
    name: "mine",
    issuer: enrollment.issuer,
    label: enrollment.label,
    otp: enrollment.otp,
    addedAt: "2026-01-01T00:00:00Z",
    copies: [],
    fingerprint: fingerprintOf(enrollment.secret, random),
  };
  const world = { wall: START, steady: 0, isSafe: true };
  const start = { home: "/home", keys: [key, older] as const, durations: { total: 8 * HOUR, idle: HOUR } };
  const agent = agentOf(start, {
    folder,
    wall: () => world.wall,
    steady: () => world.steady,
    isSafe: () => world.isSafe,
  });
  const step = () => Math.floor(world.wall / 30_000);
  const ask = async (steps: readonly number[], changes: Partial<Account> = {}) => {
    const { text, isLast } = await agent.answer(
      formatWanted([{ account: { ...account, ...changes }, steps }]),
    );
    return { answer: parseAnswer(text), isLast, text };
  };
  return { agent, world, folder, account, key, start, step, ask };
}

const CODES = expect.objectContaining({ results: [{ codes: [expect.stringMatching(/^\d{6}$/)] }] });

describe("hands out", () => {
  it("codes of the present, and never a seed", async () => {
    const { ask, step } = await unlocked();
    const { answer, text, isLast } = await ask([step(), step() + 1]);
    const codes = [step(), step() + 1].map((one) =>
      github.otp.type === "hotp" ? "" : codeOf(github.secret, github.otp, one),
    );
    expect(answer).toEqual({ results: [{ codes }] });
    expect(isLast).toBe(false);
    expect(JSON.parse(text)).toEqual({ results: [{ codes }] });
  });

  it.each([
    [-2, "too far"],
    [-1, CODES],
    [2, CODES],
    [3, "too far"],
    [1_000_000, "too far"],
  ])("step %i from its own clock: %j", async (off, expected) => {
    const { ask, step } = await unlocked();
    expect((await ask([step() + off])).answer).toEqual(expected);
  });

  it("no code if one step of several is too far", async () => {
    const { ask, step } = await unlocked();
    expect((await ask([step(), step() + 50])).answer).toBe("too far");
  });

  it("steps by the period of the seed, whatever the ledger says", async () => {
    const { ask, step, account } = await unlocked();
    const otp = { type: "totp", algorithm: "SHA1", digits: 6, period: 3600 } as const;
    expect(account.otp).not.toEqual(otp);
    const { answer } = await ask([step()], { otp });
    expect(answer).toEqual({ results: [{ sealed: expect.objectContaining({ otp: github.otp }) }] });
  });

  it.each([{ issuer: "Bank" }, { label: "eve" }])(
    "no code in another account's name: %j",
    async (changes) => {
      const { ask, step } = await unlocked();
      const { issuer, label, otp } = github;
      expect((await ask([step()], changes)).answer).toEqual({
        results: [{ sealed: { issuer, label, otp } }],
      });
    },
  );

  it("no code of another seed than the enrolled one", async () => {
    const { ask, step } = await unlocked();
    const fingerprint = fingerprintOf(steam.secret, random);
    expect((await ask([step()], { fingerprint })).answer).toEqual({ results: [{ otherSeed: true }] });
  });

  it("no code if there are more steps than are near: so many could keep it from being locked", async () => {
    const { ask, step } = await unlocked();
    const near = [-1, 0, 1, 2].map((off) => step() + off);
    expect((await ask(near)).answer).toEqual({ results: [{ codes: near.map(() => expect.any(String)) }] });
    expect((await ask([...near, step()])).answer).toBe("too far");
  });

  it("no code of a counter", async () => {
    const { ask } = await unlocked(counting);
    expect((await ask([counting.otp.type === "hotp" ? counting.otp.counter : 0])).answer).toBe("too far");
  });

  it("codes of Steam", async () => {
    const { ask, step } = await unlocked(steam);
    const codes = [expect.stringMatching(/^[2-9B-Y]{5}$/)];
    expect((await ask([step()])).answer).toEqual({ results: [{ codes }] });
  });

  it("the reason for a seed that is missing or damaged, without hiding other accounts", async () => {
    const { agent, account, step, folder } = await unlocked();
    folder.write("seeds/bad.json", "{");
    const wanted = [{ ...account, id: "bad" }, { ...account, id: "none" }, account].map((one) => ({
      account: one,
      steps: [step()],
    }));
    const answer = parseAnswer((await agent.answer(formatWanted(wanted))).text);
    expect(answer).toEqual({
      results: [
        { failed: expect.objectContaining({ message: expect.stringContaining("is damaged") }) },
        { failed: expect.objectContaining({ message: expect.stringContaining("has no seed") }) },
        { codes: [expect.stringMatching(/^\d{6}$/)] },
      ],
    });
  });

  it.each([
    "",
    "{}",
    "[]",
    '{"codes":[{}]}',
    '{"codes":[{"id":"../x","account":"{}","steps":[1]}]}',
    "x".repeat(99),
  ])("nothing for %j", async (text) => {
    const { agent } = await unlocked();
    expect(parseAnswer((await agent.answer(text)).text)).toBe("too far");
  });
});

describe("a query", () => {
  it.each(["mine", "GitHub", "octo", "abc"])(
    "%j gets the code, as from code NAME, and nothing else",
    async (query) => {
      const { agent, folder, account, step } = await unlocked();
      folder.write("accounts/abc.json", formatAccount(account));
      const { text } = await agent.answer(formatQuery(query));
      const code = github.otp.type === "hotp" ? "" : codeOf(github.secret, github.otp, step());
      expect(JSON.parse(text)).toEqual({ code });
    },
  );

  it.each<[string, string, Partial<Account>]>([
    ["of no account", "none", {}],
    ["of an account that was removed", "mine", { removedAt: "2026-01-02T00:00:00Z" }],
    ["of an account that the ledger calls by another name than its seed", "mine", { issuer: "Bank" }],
    ["of another seed", "mine", { fingerprint: fingerprintOf(steam.secret, random) }],
    ["of a counter", "mine", { otp: counting.otp }],
    ["where the clock may be wrong", "mine", { addedAt: "2027-01-01T00:00:00Z" }],
  ])("%s is left to the program, which has the words for it", async (_, query, changes) => {
    const { agent, folder, account } = await unlocked();
    folder.write("accounts/abc.json", formatAccount({ ...account, ...changes }));
    expect(parseAnswer((await agent.answer(formatQuery(query))).text)).toBe("not plain");
  });

  it.each<[string, string, string]>([
    ["two accounts match", "accounts/other.json", "second"],
    ["another entry is damaged", "accounts/bad.json", "{"],
    ["an import was interrupted", "incoming.json", "{"],
  ])("is left to the program if %s", async (_, name, text) => {
    const { agent, folder, account } = await unlocked();
    folder.write("accounts/abc.json", formatAccount(account));
    folder.write(name, text === "second" ? formatAccount({ ...account, id: "other", name: "other" }) : text);
    expect(parseAnswer((await agent.answer(formatQuery("GitHub"))).text)).toBe("not plain");
  });

  it("after its time is over gets nothing", async () => {
    const { agent, folder, account, world } = await unlocked();
    folder.write("accounts/abc.json", formatAccount(account));
    world.wall += 9 * HOUR;
    expect(parseAnswer((await agent.answer(formatQuery("mine"))).text)).toBe("locked");
  });
});

describe("locks itself", () => {
  it.each([
    ["after its time", { wall: 8 * HOUR, steady: 8 * HOUR }],
    ["after a sleep, where the steady clock stood still", { wall: 9 * HOUR, steady: 1000 }],
    ["where the clock was set back, by the steady one", { wall: -HOUR / 60, steady: 8 * HOUR }],
    ["where nothing was asked for an hour", { wall: HOUR, steady: HOUR }],
    ["the same in a sleep", { wall: HOUR, steady: 0 }],
    ["if the clock is set back by more than a minute", { wall: -60_001, steady: 10 }],
  ])("%s", async (_, { wall, steady }) => {
    const { agent, ask, step, world } = await unlocked();
    world.wall += wall;
    world.steady += steady;
    expect(agent.isOver()).toBe(true);
    expect(await ask([step()])).toMatchObject({ answer: "locked", isLast: true });
  });

  it("not before, if it is in use", async () => {
    const { agent, ask, step, world } = await unlocked();
    for (let i = 0; i < 8; i++) {
      world.wall += HOUR - 1;
      world.steady += HOUR - 1;
      expect((await ask([step()])).answer).toEqual(CODES);
    }
    world.wall += 8;
    world.steady += 8;
    expect(agent.isOver()).toBe(true);
  });

  it("where an hour passes without a code, though something else was asked for", async () => {
    const { agent, world, ask, step } = await unlocked();
    for (const past of [HOUR / 2, HOUR]) {
      world.wall = START + past;
      world.steady = past;
      const over = past === HOUR;
      expect((await ask([step() + 99])).answer).toBe(over ? "locked" : "too far");
      expect(parseAnswer((await agent.answer(formatQuery("none"))).text)).toBe(over ? "locked" : "not plain");
      const nothing = parseAnswer((await agent.answer(formatWanted([]))).text);
      expect(nothing).toEqual(over ? "locked" : { results: [] });
      expect((await ask([])).answer).toEqual(over ? "locked" : { results: [{ codes: [] }] });
    }
  });

  it("for good: a clock that is set back does not unlock it", async () => {
    const { agent, world } = await unlocked();
    world.wall += 9 * HOUR;
    expect(agent.isOver()).toBe(true);
    world.wall -= 9 * HOUR;
    expect(agent.isOver()).toBe(true);
  });

  it("in the middle of a request: the codes are not handed out", async () => {
    const { agent, world, account, folder, step } = await unlocked();
    const read = folder.read.bind(folder);
    const slow = {
      ...folder,
      read(name: string) {
        if (name.startsWith("seeds/")) world.steady += HOUR;
        return read(name);
      },
    };
    expect(agent.isOver()).toBe(false);
    Object.assign(folder, slow);
    const { text, isLast } = await agent.answer(formatWanted([{ account, steps: [step()] }]));
    expect(parseAnswer(text)).toBe("locked");
    expect(isLast).toBe(true);
  });

  it.each([
    ["another slot", "keys/passphrase-2.json", "{}"],
    ["another list of members", "members/2.json", "{}"],
    ["another store", "config.json", '{"version":1,"store":"keyring","why":""}'],
    ["a config that can't be read", "config.json", "{"],
  ])("with %s", async (_, name, text) => {
    const { agent, ask, step, folder } = await unlocked();
    folder.write(name, text);
    expect(agent.isOver()).toBe(true);
    expect(await ask([step()])).toMatchObject({ answer: "locked", isLast: true });
  });

  it("if a slot is removed", async () => {
    const { agent, folder } = await unlocked();
    folder.remove("keys/passphrase-1.json");
    expect(agent.isOver()).toBe(true);
  });

  it("if its socket is not its own, or a debugger is attached", async () => {
    const { agent, ask, step, world } = await unlocked();
    world.isSafe = false;
    expect(agent.isOver()).toBe(true);
    expect(await ask([step()])).toMatchObject({ answer: "locked", isLast: true });
  });

  it("when it is told to", async () => {
    const { agent } = await unlocked();
    expect(await agent.answer(LOCK)).toMatchObject({ isLast: true });
    expect(parseRequest(LOCK)).toBe("lock");
  });
});

describe("the message that starts it", () => {
  it("comes back as it was", async () => {
    const { start } = await unlocked();
    expect(parseStart(formatStart(start))).toEqual({
      ...start,
      keys: start.keys.map((key) => ({ ...key, bytes: Buffer.from(key.bytes) })),
    });
  });

  it("is refused with a key that is not the one of its id", async () => {
    const { start } = await unlocked();
    const [key] = start.keys;
    const other = newDataKey(random);
    expect(parseStart(formatStart({ ...start, keys: [{ ...key, bytes: other.bytes }] }))).toBeUndefined();
    expect(parseStart("{}")).toBeUndefined();
  });
});
