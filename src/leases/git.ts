/**
 * git+ssh://, git+https://, git+file://: one ref per step, refs/twinseed/<key>/<step>, which is only ever created. Uses the
 * user's own git, with the keys and passwords that it knows.
 *
 * A push that would create an existing ref is rejected, by git here or by the server. So exactly one of all concurrent
 * pushes succeeds, as each pushes its own commit (if two pushed the same commit, git would report success to both).
 * Then we list the refs: if there is a later step than ours, we were too late.
 */

import type { ScratchGit } from "../ports/user-git.ts";
import {
  type Engine,
  type EnginePorts,
  isStep,
  type Lease,
  orUnreachable,
  type Reservation,
  unreachable,
} from "./lease.ts";
import { parseUrl, percentDecode } from "./lease-url.ts";

const ATTEMPTS = 3;
const HERE = "refs/heads/reservation";

export const git: Engine = async (url, shown, ports) => {
  const { address, settings } = addressOf(url, shown);
  const scratch = await orUnreachable(shown, () => ports.scratchGit());
  const run: ScratchGit["run"] = (args, input) =>
    orUnreachable(shown, () => scratch.run(args, input, settings));

  async function steps(key: string): Promise<number[]> {
    const { ok, output, complaint } = await run(["ls-remote", "--refs", "--", address, `${refsOf(key)}*`]);
    if (!ok) throw unreachable(shown, complaint);
    // The repository may contain other refs, and a server may invent some: those are not our records.
    const names = output.split("\n").map((line) => line.slice(line.indexOf("\t") + 1));
    const ours = names
      .filter((name) => name.startsWith(refsOf(key)))
      .map((name) => name.slice(refsOf(key).length));
    return ours
      .filter((name) => /^(0|[1-9]\d{0,15})$/.test(name))
      .map(Number)
      .filter(isStep);
  }

  async function push({ key, first, amount }: Reservation) {
    const refs = Array.from({ length: amount }, (_, i) => `${refsOf(key)}${first + i}`);
    const leases = refs.map((ref) => `--force-with-lease=${ref}:`);
    // Several steps: all or none. The server must support this; all the big ones do.
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
    // Errors are ignored: another process may have deleted these refs already.
    const refs = old.slice(0, 200).map((step) => `:${refsOf(key)}${step}`);
    await run(["push", "--porcelain", "--no-verify", "--", address, ...refs]).catch(() => {});
  }

  return {
    now: async () => undefined,
    async last(key) {
      const all = await steps(key);
      return all.length === 0 ? undefined : largest(all);
    },
    async reserve(wanted) {
      const { key, first, amount, sweepBelow } = wanted;
      await commit(run, shown, ports);
      for (let attempt = 1; ; attempt++) {
        const { isCreated, reason } = await push(wanted);
        const all = await steps(key);
        const last = largest(all);
        if (isCreated && last <= first + amount - 1) {
          await sweep(
            key,
            all.filter((step) => step < sweepBelow && step < first),
          );
          return { isOurs: true };
        }
        if (last >= first) return { isOurs: false, last };
        // Rejected, but the ref does not exist: perhaps another process locked it and then failed to create it.
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

/** -1 if there is none. There may be too many for the arguments of Math.max(). */
function largest(steps: readonly number[]): number {
  return steps.reduce((most, step) => Math.max(most, step), -1);
}

function refsOf(key: string): string {
  return `refs/twinseed/${key}/`;
}

/** Creates an empty commit that is unique and reveals nothing. */
async function commit(run: ScratchGit["run"], shown: string, ports: EnginePorts): Promise<void> {
  const message = Buffer.from(ports.random(16)).toString("hex");
  const seconds = Math.floor(ports.clock.now() / 1000);
  const stream = `commit ${HERE}\ncommitter twinseed <twinseed@localhost> ${seconds} +0000\ndata ${message.length}\n${message}\n`;
  const { ok, complaint } = await run(["fast-import", "--quiet", "--force"], stream);
  if (!ok) throw unreachable(shown, complaint);
}

/**
 * Splits the URL into an address for the argument list, which every user of this computer can read, and settings that git
 * gets through its environment. A user name may be a token.
 */
export function addressOf(url: URL, shown: string): { address: string; settings: Record<string, string> } {
  const address = url.href.replace(/^git\+/, "");
  if (url.protocol !== "git+https:" || (url.username === "" && url.password === "")) {
    if (url.password !== "")
      throw unreachable(shown, "ssh does not accept a password in the URL", ["use an ssh key"]);
    return { address, settings: {} };
  }
  const bare = parseUrl(address); // fails for host characters that are valid in git+https URLs but not in https URLs
  if (bare === undefined) throw unreachable(shown, "its host name is not valid");
  bare.username = "";
  bare.password = "";
  const user = percentDecode(url.username);
  if (url.password === "")
    return { address: bare.href, settings: { [`credential.${bare.origin}.username`]: user } };
  const both = Buffer.from(`${user}:${percentDecode(url.password)}`).toString("base64");
  return {
    address: bare.href,
    settings: { [`http.${bare.origin}/.extraHeader`]: `Authorization: Basic ${both}` },
  };
}
