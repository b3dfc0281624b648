/** The URL of an engine. It may hold a password, so it is never shown as it is. Pure. */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";

/** Throws UserError (exit 2) for what is no URL of one of these schemes. `from` says where it stands. */
export function parseLeaseUrl(text: string, from: string, schemes: readonly string[]): URL {
  const url = /[\s\p{Cc}]/u.test(text) ? undefined : parsed(text);
  const hasPlace = url !== undefined && (isOfThisDisk(url) ? url.pathname : url.hostname) !== "";
  if (hasPlace && text.startsWith(`${schemeOf(url)}://`) && schemes.includes(schemeOf(url))) return url;
  throw new UserError(`${from} is not the URL of a lease engine`, ExitCode.usage, [
    `known: ${schemes.map((scheme) => `${scheme}://`).join(", ")}`,
  ]);
}

/** file:, git+file: its place is a path. */
function isOfThisDisk(url: URL): boolean {
  return /(^|\+)file$/.test(schemeOf(url));
}

/** For people: a user's name may be a token, and what follows a "?" anything. */
export function withoutUser(url: URL): string {
  return printable(`${url.protocol}//${url.host}${url.pathname}`, 200);
}

export function schemeOf({ protocol }: URL): string {
  return protocol.slice(0, -1);
}

/** A user or a password: escapes that are none stand for themselves. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
