/**
 * What a variable of the XDG Base Directory Specification 0.8 says; undefined if that is no absolute path, which is to be ignored.
 * Without node:path, which bin/twinseed.js and `code` do not need otherwise.
 */
export function xdgFolder(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}
