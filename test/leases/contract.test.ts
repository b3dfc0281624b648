/** Every engine keeps the contract. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { believed } from "../../src/leases/believed.ts";
import { openLease } from "../../src/leases/index.ts";
import { localRecords } from "../../src/leases/local.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Ports } from "../../src/ports/index.ts";
import { connect } from "../../src/system/connect.ts";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { scratchGit } from "../../src/system/programs/scratch-git.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { only } from "../helpers/only.ts";
import { type RedisServer, startRedis } from "../helpers/redis-server.ts";
import { needs } from "../helpers/system-packages.ts";
import { leaseContract } from "./contract.ts";
import { memoryLease } from "./memory-lease.ts";

// Each of many engines in this one process cleans up when the process is told to go.
process.setMaxListeners(100);

const root = mkdtempSync(join(tmpdir(), "twinseed-leases-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const newPath = () => join(root, String(++count));

const realClock: Clock = { now: () => Date.now(), sleep: async () => {} };
const ctx = only<Ports>({
  clock: realClock,
  connect,
  random: (bytes: number) => Uint8Array.from(randomBytes(bytes)),
  scratchGit: () => scratchGit(process.env),
});

const open = (text: string, clock = realClock) => openLease(new URL(text), { ...ctx, clock });

leaseContract("memory", async () => {
  const lasts = new Map<string, number>();
  return async () => memoryLease(lasts);
});

leaseContract("memory, with a clock", async () => {
  const lasts = new Map<string, number>();
  const lease = { ...memoryLease(lasts), now: async () => Date.now() };
  return async (clock = realClock) => believed(lease, "memory", clock);
});

leaseContract("local (in memory)", async () => {
  const folder = memoryFolder();
  return async () => localRecords(folder, ctx.clock.now);
});

leaseContract("local (on disk)", async () => {
  const home = newPath();
  return async () =>
    localRecords(
      dataFolder(home, () => {}),
      ctx.clock.now,
    );
});

describe.skipIf(!needs("git"))("git", () => {
  leaseContract("git+file", async () => {
    const repository = newPath();
    spawnSync("git", ["init", "--quiet", "--bare", repository]);
    return (clock) => open(`git+file://${repository}`, clock);
  });
});

describe.skipIf(!needs("redis-server"))("redis", () => {
  let server: RedisServer | undefined;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());
  leaseContract("redis", async () => (clock) => open(server?.url ?? "", clock));
});

it("local: only a whole number is a record, whatever else lies there", async () => {
  const folder = memoryFolder();
  const records = localRecords(folder, ctx.clock.now);
  for (const name of ["11.json", "12~", "x13", "99999999999999999"]) folder.create(`steps/k/${name}`, "");
  expect(await records.last("k")).toBeUndefined();
  expect(await records.reserve({ key: "k", first: 10, amount: 1, sweepBelow: 0 })).toEqual({ isOurs: true });
  expect(await records.last("k")).toBe(10);
});

it("local: who finds a later record after its own came too late, and the record stays", async () => {
  const folder = memoryFolder();
  const { create } = folder;
  const early = localRecords({ ...folder, create: (...file) => later() && create(...file) }, ctx.clock.now);
  // Between the look and the record.
  const later = () => create("steps/k/11", "");
  const wanted = { key: "k", amount: 1, sweepBelow: 0 };
  expect(await early.reserve({ ...wanted, first: 10 })).toEqual({ isOurs: false, last: 11 });
  expect(await localRecords(folder, ctx.clock.now).reserve({ ...wanted, first: 10 })).toEqual({
    isOurs: false,
    last: 11,
  });
  expect([...folder.files.keys()]).toEqual(["steps/k/11", "steps/k/10"]);
});
