/** The URL of a lease engine. It may contain a password, so it is never shown unfiltered. Pure. */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";

/** Throws UserError (exit 2) unless the text is a URL with one of these schemes. `from` names the option or variable. */
export function parseLeaseUrl(text: string, from: string, schemes: readonly string[]): URL {
  const url = /[\s\p{Cc}]/u.test(text) ? undefined : parseUrl(text);
  const hasPlace = url !== undefined && (isLocalPath(url) ? url.pathname : url.hostname) !== "";
  if (hasPlace && text.startsWith(`${schemeOf(url)}://`) && schemes.includes(schemeOf(url))) return url;
  throw new UserError(`${from} is not the URL of a lease engine`, ExitCode.usage, [
    `use one of: ${schemes.map((scheme) => `${scheme}://`).join(", ")}`,
  ]);
}

/** Whether the URL names a path on this computer: file:, git+file:. */
function isLocalPath(url: URL): boolean {
  return /(^|\+)file$/.test(schemeOf(url));
}

/** The URL as users may see it: without the user name, which may be a token, and without the query, which may be anything. */
export function withoutUser(url: URL): string {
  return printable(`${url.protocol}//${url.host}${url.pathname}`, 200);
}

export function schemeOf({ protocol }: URL): string {
  return protocol.slice(0, -1);
}

/** Decodes a user name or a password; a text with invalid escapes is returned unchanged. */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** undefined if it is not a URL. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
