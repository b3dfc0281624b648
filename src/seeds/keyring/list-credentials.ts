/**
 * Lists the keyring, in the process that keyring-list.ts starts: the only place that calls findCredentials, which returns
 * passwords together with names. If only names are requested, only names leave this process.
 */

/** Returns JSON with the entries found, or with the binding's error message. `part`: "names" or "seeds". */
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
