/** Random histories of add, verify, replace, lost, retire, remove and restore: what must always hold. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { DEVICE_KINDS } from "../../src/ledger/account.ts";
import { createLedger } from "../../src/ledger/ledger.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { github } from "../helpers/accounts.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { testCli } from "../helpers/test-cli.ts";
import { times } from "../helpers/times.ts";

const DEVICES = ["phone", "tablet", "watch"];
const NAMES = ["a", "b", "c"];

const device = fc.constantFrom(...DEVICES);
const name = fc.constantFrom(...NAMES);
const event = fc.oneof(
  fc.record({
    do: fc.constant("add" as const),
    name,
    seed: fc.integer({ min: 1, max: 9 }),
    replace: fc.boolean(),
  }),
  fc.record({ do: fc.constant("verify" as const), name, device, right: fc.boolean() }),
  fc.record({ do: fc.constant("show" as const), name, device }),
  fc.record({ do: fc.constant("replace" as const), from: device, to: device, stop: fc.boolean() }),
  fc.record({ do: fc.constant("lost" as const), device }),
  fc.record({ do: fc.constant("retire" as const), device }),
  fc.record({ do: fc.constant("back" as const), device }),
  fc.record({ do: fc.constant("remove" as const), name }),
  fc.record({ do: fc.constant("restore" as const), name }),
  fc.record({ do: fc.constant("rename-device" as const), from: device, to: device }),
);

type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;
type Cli = ReturnType<typeof testCli>;

const seedUri = (seed: number, label: string) =>
  formatOtpauthUri({ ...github, label, secret: Secret.of(new Uint8Array(20).fill(seed)) });

async function codeFor(cli: Cli, name: string): Promise<string> {
  const { exitCode, stdout } = await cli.run(["uri", name]);
  if (exitCode !== 0) return "000000";
  const { secret, otp } = parseOtpauthUri(stdout);
  return otp.type === "hotp" ? "000000" : codeOf(secret, otp, stepAt(otp, cli.clock.now));
}

async function play(cli: Cli, one: Event): Promise<void> {
  cli.clock.now += 86_400_000;
  switch (one.do) {
    case "add":
      await cli.run(["add", "-", "--name", one.name, ...(one.replace ? ["--replace"] : [])], {
        stdin: seedUri(one.seed, one.name),
      });
      return;
    case "verify": {
      const code = one.right ? await codeFor(cli, one.name) : "12345";
      await cli.run(["verify", one.name, code, "--device", one.device]);
      return;
    }
    case "show":
      await cli.run(["qr", one.name, "--device", one.device]);
      return;
    case "replace": {
      const codes = await Promise.all(NAMES.map((name) => codeFor(cli, name)));
      await cli.run(["device", "replace", one.from, one.to], {
        answers: one.stop ? [] : ["phone", ...codes.flatMap((code) => [code, "", "y"])],
      });
      return;
    }
    case "lost":
    case "retire":
      await cli.run(["device", one.do, one.device]);
      return;
    case "back":
      await cli.run(["device", "add", one.device, "--kind", DEVICE_KINDS[0]]);
      return;
    case "remove":
      await cli.run(["remove", one.name, "--yes"]);
      return;
    case "restore":
      await cli.run(["restore", one.name]);
      return;
    case "rename-device":
      await cli.run(["device", "rename", one.from, one.to]);
  }
}

/** When each account was confirmed on each device, as far as commands said so. */
function proofs(output: string, into: Set<string>): void {
  for (const [, device = "", account = ""] of output.matchAll(
    /^twinseed: "(.+)" is confirmed: it holds "(.+)"$/gm,
  ))
    into.add(`${device} ${account}`);
}

it("no copy without account and device, no confirmation without a proof, a lost device is always reported", {
  timeout: times(60_000),
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 25 }), async (history) => {
      const cli = testCli();
      const run = cli.run;
      const proved = new Set<string>();
      const renamedOrReplaced = history.some((one) => one.do === "replace" || one.do === "rename-device");
      Object.assign(cli, {
        run: async (...args: Parameters<typeof run>) => {
          const session = await run(...args);
          expect(session.stderr).not.toContain("this is a bug");
          proofs(session.stderr, proved);
          return session;
        },
      });
      for (const one of history) await play(cli, one);

      const ledger = createLedger(cli.folder, (warning) => expect(warning).toBe(""));
      const [accounts, removed, devices] = [ledger.accounts(), ledger.removed(), ledger.devices()];
      const ids = new Set(devices.map(({ id }) => id));
      expect(new Set(devices.map(({ name }) => name)).size).toBe(devices.length);
      expect(new Set(accounts.map(({ name }) => name)).size).toBe(accounts.length);
      for (const account of [...accounts, ...removed]) {
        expect(cli.uris.has(account.id)).toBe(true);
        expect(new Set(account.copies.map((copy) => copy.device)).size).toBe(account.copies.length);
        for (const copy of account.copies) {
          expect(ids.has(copy.device)).toBe(true);
          const holder = devices.find(({ id }) => id === copy.device);
          if (copy.confirmedAt === undefined || holder?.computer !== undefined || renamedOrReplaced) continue;
          expect(proved).toContain(`${holder?.name} ${account.name}`);
        }
      }

      const { stdout } = await cli.run("audit --json");
      const report: { account: { id: string }; findings: { kind: string }[] }[] = JSON.parse(stdout).accounts;
      const lost = new Set(devices.filter(({ state }) => state === "lost").map(({ id }) => id));
      for (const { id, copies } of accounts) {
        const exposed = copies.some((copy) => lost.has(copy.device) && copy.deadSince === undefined);
        const kinds = report.find(({ account }) => account.id === id)?.findings.map(({ kind }) => kind) ?? [];
        expect(kinds.includes("lost-device")).toBe(exposed);
      }

      const again = createLedger(memoryFolder(Object.fromEntries(cli.folder.files)), () => {});
      expect([again.accounts(), again.removed(), again.devices()]).toEqual([accounts, removed, devices]);
    }),
    { numRuns: times(15) },
  );
});
