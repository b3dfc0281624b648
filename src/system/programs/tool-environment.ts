export type Env = Readonly<Record<string, string | undefined>>;

/** The environment for other programs: without our passphrase, which is not theirs to see, and without NODE_OPTIONS. */
export function withoutOwnVariables(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("TWINSEED_") && name !== "NODE_OPTIONS"),
  );
}
