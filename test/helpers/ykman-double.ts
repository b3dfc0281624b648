/**
 * A strict stand-in for ykman and one key: takes only the documented arguments, reads from stdin what ykman 4.0 and 5 would prompt
 * for, in their order, and prints what they print. Written from `ykman oath --help` and from what Debian's ykman 4.0.9 does with a
 * virtual key (test/real/ykman.test.ts); what ykman 5 prints is from its source, and was never compared.
 */

import { parseBase32 } from "../../src/otp/base32.ts";
import type { OtpParameters } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import type { Secret } from "../../src/otp/secret.ts";
import type { Ykman, YkmanEnd } from "../../src/ports/ykman.ts";

interface Credential {
  readonly secret: Secret;
  otp: OtpParameters;
  readonly touch: boolean;
}

export interface KeyState {
  version: string;
  /** The spaces of ykman 5 in `info`. */
  isNew: boolean;
  /** Left out: the key is not locked. */
  password?: string;
  slots: number;
  isPlugged: boolean;
  reader?: string;
  /** It is pulled out in the middle of the n-th command that writes: "before" or "after" the key has it. */
  pulled?: { readonly at: number; readonly when: "before" | "after" };
}

class Failure extends Error {}

export function ykmanDouble(now: () => number) {
  const state: KeyState = { version: "5.4.3", isNew: false, slots: 32, isPlugged: true };
  const credentials = new Map<string, Credential>();
  /** Every argument list that was used. */
  const calls: (readonly string[])[] = [];
  let writes = 0;

  function put(uri: string, hasForce: boolean, touch: boolean): void {
    const [, type, path = "", query = ""] = /^otpauth:\/\/(totp|hotp)\/([^?]+)\?(.+)$/.exec(uri) ?? [];
    const parameters = new URLSearchParams(query);
    const secret = parseBase32(parameters.get("secret") ?? "");
    const period = Number(parameters.get("period") ?? 30);
    const name = decodeURIComponent(path);
    const algorithm = parameters.get("algorithm");
    if (algorithm !== "SHA1" && algorithm !== "SHA256" && algorithm !== "SHA512")
      throw new Failure("unknown algorithm");
    const digits = Number(parameters.get("digits"));
    const otp: OtpParameters =
      type === "hotp"
        ? { type: "hotp", algorithm, digits, counter: Number(parameters.get("counter")) }
        : { type: "totp", algorithm, digits, period };
    const id = type === "totp" && period !== 30 ? `${period}/${name}` : name;
    if (Buffer.byteLength(id) > 64) throw new Failure("Name must be between 1 and 64 bytes.");
    // It asks whether to overwrite, and stdin has ended.
    if (credentials.has(id) && !hasForce) throw new Failure("");
    if (!credentials.has(id) && credentials.size >= state.slots)
      throw new Failure("No space left on the YubiKey for OATH accounts.");
    writes += 1;
    const isPulled = state.pulled?.at === writes;
    if (isPulled) state.isPlugged = false;
    if (isPulled && state.pulled?.when === "before") throw new Failure("");
    credentials.set(id, { secret, otp, touch });
    if (isPulled) throw new Failure("");
  }

  function codeText(credential: Credential): string {
    const { secret, otp } = credential;
    if (otp.type !== "hotp") return codeOf(secret, otp, stepAt(otp, now()));
    credential.otp = { ...otp, counter: otp.counter + 1 };
    return codeOf(secret, otp, otp.counter);
  }

  function all(): string {
    const rows = [...credentials].map(([id, one]): [string, string] => [
      id,
      one.touch ? "[Requires Touch]" : one.otp.type === "hotp" ? "[HOTP Account]" : codeText(one),
    ]);
    const widths = [0, 1].map((i) => Math.max(0, ...rows.map((row) => (row[i] ?? "").length)));
    return rows
      .map(([id, code]) => `${id.padEnd(widths[0] ?? 0)}  ${code.padStart(widths[1] ?? 0)}\n`)
      .join("");
  }

  function run(args: readonly string[], lines: readonly string[]): string {
    const [reader, rest] = args[0] === "--reader" ? [args[1], args.slice(2)] : [undefined, args];
    if (!state.isPlugged || (state.reader !== undefined && reader !== state.reader))
      throw new Failure(
        reader === undefined ? "No YubiKey detected!" : "No YubiKey found on external reader.",
      );
    const input = [...lines];
    const [app, group, verb, ...more] = rest;
    if (app !== "oath") throw new Error(`ykman was started with ${args.join(" ")}`);
    if (group === "info" && verb === undefined) {
      const lock = state.password === undefined ? "disabled" : "enabled";
      const gap = state.isNew ? "         " : " ";
      return `OATH version:${gap}${state.version}\nPassword protection:${state.isNew ? "  " : " "}${lock}\n`;
    }
    if (group !== "accounts") throw new Error(`ykman was started with ${args.join(" ")}`);
    const end = more.indexOf("--");
    const options = new Set(end < 0 ? more : more.slice(0, end));
    const words = end < 0 ? [] : more.slice(end + 1);
    const known: Record<string, readonly string[]> = {
      uri: ["--touch", "--force"],
      list: ["--show-hidden"],
      code: ["--show-hidden", "--single"],
    };
    const strange = [...options].filter((one) => !known[verb ?? ""]?.includes(one));
    if (strange.length > 0) throw new Error(`ykman ${verb} has no ${strange.join(" ")}`);
    const uri = verb === "uri" ? (input.shift() ?? "") : "";
    if (state.password !== undefined && input.shift() !== state.password)
      throw new Failure("Authentication to the YubiKey failed. Wrong password?");
    if (verb === "uri") {
      put(uri, options.has("--force"), options.has("--touch"));
      return "";
    }
    if (verb === "list") return [...credentials.keys()].map((id) => `${id}\n`).join("");
    if (words.length === 0) return all();
    const [query = ""] = words;
    const ids = [...credentials.keys()];
    const hits = ids.includes(query)
      ? [query]
      : ids.filter((id) => id.toLowerCase().includes(query.toLowerCase()));
    const one = credentials.get(hits[0] ?? "");
    if (hits.length !== 1 || one === undefined) throw new Failure("No matching account found.");
    return `${codeText(one)}\n`;
  }

  const ykman: Ykman = {
    async run(args, lines = []): Promise<YkmanEnd> {
      calls.push(args);
      try {
        return { ok: true, stdout: run(args, lines), complaint: "" };
      } catch (error) {
        if (error instanceof Failure) return { ok: false, stdout: "", complaint: error.message };
        throw error;
      }
    },
  };
  return { ykman, state, credentials, calls };
}
