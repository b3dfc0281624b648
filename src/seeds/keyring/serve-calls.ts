/** Makes the calls of system/desktop/keyring-child.ts, in the process that it starts. */
import type { KeyringBinding, KeyringEntry } from "../../ports/os-keyring.ts";

export type Answer = { key: number; value: string | boolean | null } | { key: number; fault: string };

/** Returns what to call with each message. */
export function serveCalls(
  load: () => Promise<KeyringBinding>,
  answer: (answer: Answer) => void,
): (message: unknown) => Promise<void> {
  // One for each name, as where no other process is asked.
  const entries = new Map<string, KeyringEntry>();
  return async (message) => {
    const asked = callIn(message);
    if (asked === undefined) return;
    const { key, service, user, call, password } = asked;
    try {
      const { AsyncEntry } = await load();
      const entry =
        entries.get(user) ?? new AsyncEntry(service, user, { linux: { store: "secret-service" } });
      entries.set(user, entry);
      const value = await (call === "setPassword" ? entry.setPassword(password) : entry[call]());
      answer({ key, value: value ?? null });
    } catch (error) {
      answer({ key, fault: error instanceof Error ? error.message : String(error) });
    }
  };
}

function callIn(message: unknown) {
  if (typeof message !== "object" || message === null) return undefined;
  const { key, service, user, call, password }: Record<string, unknown> = { ...message };
  if (typeof key !== "number" || typeof service !== "string" || typeof user !== "string") return undefined;
  if (typeof password !== "string") return undefined;
  if (call !== "getPassword" && call !== "setPassword" && call !== "deletePassword") return undefined;
  return { key, service, user, call, password } as const;
}
