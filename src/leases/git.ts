/**
 * git+ssh://, git+https://, git+file://: a ref for each step, refs/twinseed/<key>/<step>, that is only ever created, with
 * the user's own git and what it knows of keys and passwords.
 *
 * A push that creates a ref which is there already is refused, by git here or by the server: of all who push one exactly
 * one succeeds, as each pushes a commit of its own (of two pushes of the same commit both would be told that all is well).
 * Then we look: who finds a later step than its own came too late.
 */

import { UserError } from "../base/errors.ts";
import type { ScratchGit } from "../ports/user-git.ts";
import { type Engine, type EnginePorts, type Lease, type Reservation, unreachable } from "./lease.ts";
import { decoded, parsed } from "./lease-url.ts";

const ATTEMPTS = 3;
const HERE = "refs/heads/reservation";

export const git: Engine = async (url, shown, ports) => {
  const { address, settings } = addressOf(url, shown);
  const scratch = await failing(shown, () => ports.scratchGit());
  const run: ScratchGit["run"] = (args, input) => failing(shown, () => scratch.run(args, input, settings));

  async function steps(key: string): Promise<number[]> {
    const { ok, output, complaint } = await run(["ls-remote", "--refs", "--", address, `${refsOf(key)}*`]);
    if (!ok) throw unreachable(shown, complaint);
    return Array.from(output.matchAll(/^[0-9a-f]+\trefs\/twinseed\/[0-9a-f]+\/(\d{1,16})$/gm), ([, step]) =>
      Number(step),
    );
  }

  async function push({ key, first, amount }: Reservation) {
    const refs = Array.from({ length: amount }, (_, i) => `${refsOf(key)}${first + i}`);
    const leases = refs.map((ref) => `--force-with-lease=${ref}:`);
    // All or none, where there are several: the server has to know how, which all the big ones do.
    const atomic = amount > 1 ? ["--atomic"] : [];
    const { ok, output, complaint } = await run([
      ...["push", "--porcelain", "--no-verify", ...atomic, ...leases, "--", address],
      ...refs.map((ref) => `${HERE}:${ref}`),
    ]);
    const created = refs.filter((ref) =>
      output.split("\n").some((line) => line.startsWith(`*\t${HERE}:${ref}\t`)),
    );
    const [refusal] = output
      .split("\n")
      .flatMap((line) => /^!\t[^\t]*\t\[[^\]]*\] \((.*)\)$/.exec(line)?.[1] ?? []);
    return { isCreated: ok && created.length === amount, reason: refusal ?? complaint };
  }

  async function sweep(key: string, old: readonly number[]): Promise<void> {
    if (old.length === 0) return;
    // What another one has swept already is an error of no account.
    const refs = old.slice(0, 200).map((step) => `:${refsOf(key)}${step}`);
    await run(["push", "--porcelain", "--no-verify", "--", address, ...refs]).catch(() => {});
  }

  return {
    now: async () => undefined,
    async last(key) {
      const all = await steps(key);
      return all.length === 0 ? undefined : Math.max(...all);
    },
    async reserve(wanted) {
      const { key, first, amount, sweepBelow } = wanted;
      await commit(run, shown, ports);
      for (let attempt = 1; ; attempt++) {
        const { isCreated, reason } = await push(wanted);
        const all = await steps(key);
        const last = Math.max(-1, ...all);
        if (isCreated && last <= first + amount - 1) {
          await sweep(
            key,
            all.filter((step) => step < sweepBelow && step < first),
          );
          return { isOurs: true };
        }
        if (last >= first) return { isOurs: false, last };
        // Refused, but not because it is there: perhaps somebody was about to create it, and did not.
        if (attempt === ATTEMPTS) throw unreachable(shown, reason);
      }
    },
    async check() {
      await commit(run, shown, ports);
      const nowhere = `${HERE}:${refsOf("0".repeat(32))}0`;
      const { ok, complaint } = await run(["push", "--dry-run", "--no-verify", "--", address, nowhere]);
      if (!ok) throw unreachable(shown, complaint);
    },
    forget: (key, last) =>
      `delete ${refsOf(key)}${last} there: git push REPOSITORY --delete ${refsOf(key)}${last}`,
    close: async () => scratch.remove(),
  } satisfies Lease;
};

function refsOf(key: string): string {
  return `refs/twinseed/${key}/`;
}

/** An empty commit that nobody else has. It says no more than that it is one. */
async function commit(run: ScratchGit["run"], shown: string, ports: EnginePorts): Promise<void> {
  const message = Buffer.from(ports.random(16)).toString("hex");
  const seconds = Math.floor(ports.clock.now() / 1000);
  const stream = `commit ${HERE}\ncommitter twinseed <twinseed@localhost> ${seconds} +0000\ndata ${message.length}\n${message}\n`;
  const { ok, complaint } = await run(["fast-import", "--quiet", "--force"], stream);
  if (!ok) throw unreachable(shown, complaint);
}

/**
 * What may be in an argument list, which every user of this computer can read, and the rest: settings that git gets
 * through its environment. A user's name may be a token.
 */
export function addressOf(url: URL, shown: string): { address: string; settings: Record<string, string> } {
  const address = url.href.replace(/^git\+/, "");
  if (url.protocol !== "git+https:" || (url.username === "" && url.password === "")) {
    if (url.password !== "") throw unreachable(shown, "ssh takes no password from a URL", ["use a key"]);
    return { address, settings: {} };
  }
  const bare = parsed(address); // https knows characters that no host has, and git+https does not
  if (bare === undefined) throw unreachable(shown, "there is no such host");
  bare.username = "";
  bare.password = "";
  const user = decoded(url.username);
  if (url.password === "")
    return { address: bare.href, settings: { [`credential.${bare.origin}.username`]: user } };
  const both = Buffer.from(`${user}:${decoded(url.password)}`).toString("base64");
  return {
    address: bare.href,
    settings: { [`http.${bare.origin}/.extraHeader`]: `Authorization: Basic ${both}` },
  };
}

async function failing<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UserError ? unreachable(shown, error.message, error.hints) : error;
  }
}
