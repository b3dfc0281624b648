/** The engines by the scheme of their URL, one line each. CONTRACT.md says what an engine is. */
import { believed } from "./believed.ts";
import type { Engine, EnginePorts, Lease } from "./lease.ts";
import { schemeOf, withoutUser } from "./lease-url.ts";

const git = async (): Promise<Engine> => (await import("./git.ts")).git;
const redis = async (): Promise<Engine> => (await import("./redis.ts")).redis;

export const ENGINES: Readonly<Record<string, () => Promise<Engine>>> = {
  "git+ssh": git,
  "git+https": git,
  "git+file": git,
  redis,
  rediss: redis,
};

/** Opens the engine. Throws UserError (exit 7). */
export async function openLease(url: URL, ports: EnginePorts): Promise<Lease> {
  const open = await ENGINES[schemeOf(url)]?.();
  if (open === undefined) throw new Error(`no lease engine for ${schemeOf(url)}`);
  const shown = withoutUser(url);
  return believed(await open(url, shown, ports), shown, ports.clock);
}

/** Opens the engine, runs `work`, and always closes the engine. */
export async function withLease<T>(
  url: URL,
  ports: EnginePorts,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = await openLease(url, ports);
  try {
    return await work(lease);
  } finally {
    await lease.close();
  }
}
