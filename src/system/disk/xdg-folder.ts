/** XDG Base Directory Specification 0.8: a relative path in one of its variables is invalid, and ignored. */

/** What the variable says; undefined if it is not set, or not to an absolute path. */
export function xdgFolder(
  env: Readonly<Record<string, string | undefined>>,
  variable: "XDG_RUNTIME_DIR" | "XDG_STATE_HOME",
): string | undefined {
  const path = env[variable];
  return path?.startsWith("/") ? path : undefined; // not isAbsolute(): `code` needs no node:path for this
}
