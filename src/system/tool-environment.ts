export type Env = Readonly<Record<string, string | undefined>>;

/** What Node.js and Bun read at their start: it was meant for us. */
const FOR_OUR_START = ["NODE_OPTIONS", "BUN_OPTIONS", "BUN_BE_BUN"];

/** The environment for other programs: without our passphrase, which is not theirs to see. */
export function withoutOwnVariables(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("TWINSEED_") && !FOR_OUR_START.includes(name)),
  );
}
