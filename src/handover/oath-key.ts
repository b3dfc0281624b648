/** A YubiKey, or another key that the user's ykman reaches. Nothing secret is in an argument. */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Ykman, YkmanEnd } from "../ports/ykman.ts";
import type { KeyVersion } from "./key-entry.ts";

export interface OathKey {
  readonly version: KeyVersion;
  /** The ids of what is on it, as the key has them. */
  list(): Promise<string[]>;
  /** Throws UserError if the key does not take it: it may be full. `replace`: what has the same id is overwritten. */
  put(uri: string, options: { readonly touch: boolean; readonly replace: boolean }): Promise<void>;
  /** The code that it makes now. May wait for a touch; a counter-based one moves on. */
  code(id: string): Promise<string>;
  /** The codes of all that need no touch and have no counter; undefined for the others. */
  codes(ids: readonly string[]): Promise<Map<string, string | undefined>>;
}

/** `password` is called if the key is locked. */
export async function openKey(
  ykman: Ykman,
  reader: string | undefined,
  password: () => Promise<string>,
): Promise<OathKey> {
  const place = reader === undefined ? [] : ["--reader", reader];
  let unlocking: readonly string[] = [];
  const run = async (what: string, args: readonly string[], secret: readonly string[] = []) => {
    const end = await ykman.run([...place, "oath", ...args], [...secret, ...unlocking]);
    if (!end.ok) throw failure(what, end);
    return end.stdout;
  };
  const info = await run("read the key", ["info"]);
  const version = versionIn(info);
  if (/^Password protection:\s+enabled/m.test(info) && !/remembered by ykman/.test(info))
    unlocking = [await password()];
  const list = async () => linesOf(await run("list the key", ["accounts", "list", "--show-hidden"]));
  return {
    version,
    list,
    async put(uri, { touch, replace }) {
      const options = [...(touch ? ["--touch"] : []), ...(replace ? ["--force"] : [])];
      await run("write to the key", ["accounts", "uri", ...options], [uri]);
    },
    async code(id) {
      const args = ["accounts", "code", "--show-hidden", "--single", "--", id];
      return (await run("read a code from the key", args)).trim();
    },
    async codes(ids) {
      return codesIn(await run("read the codes of the key", ["accounts", "code", "--show-hidden"]), ids);
    },
  };
}

/** Each line is an id, spaces, and a code or a remark in brackets. The longest id counts: one may begin with another. */
function codesIn(output: string, ids: readonly string[]): Map<string, string | undefined> {
  const longestFirst = ids.toSorted((a, b) => b.length - a.length);
  const codes = new Map<string, string | undefined>();
  for (const line of linesOf(output)) {
    const id = longestFirst.find((one) => line === one || line.startsWith(`${one} `));
    if (id === undefined) continue;
    const rest = line.slice(id.length).trim();
    codes.set(id, /^\d+$/.test(rest) ? rest : undefined);
  }
  return codes;
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}

function versionIn(info: string): KeyVersion {
  const [, major, minor, patch] = /^OATH version:\s+(\d+)\.(\d+)\.(\d+)/m.exec(info) ?? [];
  if (major !== undefined) return [Number(major), Number(minor), Number(patch)];
  throw new UserError("ykman does not say what key this is", ExitCode.failed, [
    "twinseed knows ykman 4 and 5: compare with: ykman oath info",
  ]);
}

function failure(what: string, { complaint }: YkmanEnd): UserError {
  if (/wrong password/i.test(complaint))
    return new UserError("that is not the password of the key", ExitCode.locked);
  const why = complaint === "" ? "ykman failed, and did not say why" : `ykman: ${printable(complaint, 200)}`;
  const hints = /multiple/i.test(complaint)
    ? ["leave only one key plugged in, or name its reader: --reader NAME (ykman list --readers)"]
    : /no yubikey/i.test(complaint)
      ? ["plug the key in; for one on a card reader: --reader NAME (ykman list --readers)"]
      : /no space|enough space/i.test(complaint)
        ? ["the key is full: remove what you don't need from it with: ykman oath accounts delete NAME"]
        : ["is the key still plugged in? compare with: ykman oath accounts list"];
  return new UserError(`can't ${what}: ${why}`, ExitCode.failed, hints);
}
