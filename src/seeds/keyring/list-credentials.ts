/**
 * Lists the keyring, in the process that keyring-list.ts starts for it: the one place for findCredentials. It hands out the
 * passwords with the names; who asks for names gets no more than these.
 */

/** JSON with what was found, or with the binding's message. `part`: "names" or "seeds". */
export async function listCredentials(part: string): Promise<string> {
  try {
    const { findCredentials } = await import("@napi-rs/keyring");
    const found = findCredentials("twinseed");
    return JSON.stringify({
      found: found.map(({ account, password }) => (part === "seeds" ? [account, password] : account)),
    });
  } catch (error) {
    return JSON.stringify({ fault: error instanceof Error ? error.message : "" });
  }
}
