/** What is asked of an unlocked store, and what it answers: one line of JSON each. */
import {
  isText,
  isWhole,
  type JsonObject,
  objectOf,
  objectsOf,
  parseFields,
} from "../base/untrusted-json.ts";
import type { Account } from "../ledger/account.ts";
import { formatAccount, parseAccount, parseOtp } from "../ledger/account-file.ts";
import type { Described } from "../otp/enrollment.ts";

export const LOCK = JSON.stringify({ lock: true });

/** An account as the ledger of the client has it, and the steps to make codes for. */
export interface Wanted {
  readonly account: Account;
  readonly steps: readonly number[];
}

/** `query`: the name of an account, as it was typed. */
export type Request = "lock" | { readonly wanted: readonly Wanted[] } | { readonly query: string };

/** For one account. `sealed`: the seed is of another account than the ledger says. */
export type Result =
  | { readonly codes: readonly string[] }
  | { readonly sealed: Described }
  | { readonly otherSeed: true }
  | { readonly failed: { readonly message: string; readonly exitCode: number; readonly hints: string[] } };

/**
 * "locked": it was locked meanwhile. "too far": a step is not near its clock, and any other step is as good as the seed.
 * "not plain": there is more to say about a query than its code.
 */
export type Refusal = "locked" | "too far" | "not plain";
export type Answer = Refusal | { readonly code: string } | { readonly results: readonly Result[] };
const REFUSALS: readonly Refusal[] = ["locked", "too far", "not plain"];

export function formatQuery(query: string): string {
  return JSON.stringify({ query });
}

export function formatWanted(wanted: readonly Wanted[]): string {
  return JSON.stringify({
    codes: wanted.map(({ account, steps }) => ({
      id: account.id,
      account: formatAccount({ ...account, copies: [] }),
      steps,
    })),
  });
}

/** Throws UserError for an account that can't be read; undefined for what is no request. */
export function parseRequest(text: string): Request | undefined {
  const { lock, query, codes } = parseFields(text);
  if (lock === true) return "lock";
  if (isText(query)) return { query };
  if (!Array.isArray(codes)) return undefined;
  const wanted = objectsOf(codes).map((one) => {
    const { id, account, steps } = one ?? {};
    if (!isText(id) || !isText(account) || !Array.isArray(steps) || !steps.every(isWhole)) return undefined;
    return { account: parseAccount(account, id), steps };
  });
  return wanted.every((one) => one !== undefined) ? { wanted } : undefined;
}

export function formatAnswer(answer: Answer): string {
  return JSON.stringify(typeof answer === "string" ? { refused: answer } : answer);
}

export function parseAnswer(text: string): Answer | undefined {
  const { refused, code, results } = parseFields(text);
  const refusal = REFUSALS.find((one) => one === refused);
  if (refusal !== undefined) return refusal;
  if (isText(code)) return { code };
  if (!Array.isArray(results)) return undefined;
  const parsed = objectsOf(results).map((one) => (one === undefined ? undefined : parseResult(one)));
  return parsed.every((one) => one !== undefined) ? { results: parsed } : undefined;
}

function parseResult({ codes, sealed, otherSeed, failed }: JsonObject): Result | undefined {
  if (Array.isArray(codes)) return codes.every(isText) ? { codes } : undefined;
  if (otherSeed === true) return { otherSeed };
  const described = objectOf(sealed);
  if (described !== undefined) {
    const { issuer, label } = described;
    const otp = parseOtp(objectOf(described.otp) ?? {});
    return isText(issuer) && isText(label) && otp ? { sealed: { issuer, label, otp } } : undefined;
  }
  const { message, exitCode, hints } = objectOf(failed) ?? {};
  if (!isText(message) || !isWhole(exitCode) || !Array.isArray(hints) || !hints.every(isText))
    return undefined;
  return { failed: { message, exitCode, hints } };
}
