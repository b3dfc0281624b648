/** totp-cli (terminal): the output of `totp-cli dump`, which is YAML, a list of namespaces and their accounts. */
import { LIMITS } from "../base/limits.ts";
import { type JsonObject, objectOf, objectsOf } from "../base/untrusted-json.ts";
import { cleanNames, collect, EntryFault, parametersOf, secretOfBase32, whoOf } from "./entries.ts";
import { unreadable } from "./faults.ts";
import type { Format } from "./format.ts";
import { textOf } from "./shape.ts";

const PREFIXES = "prefixes that totp-cli puts in front of codes were not imported";

export const totpCli: Format = {
  id: "totp-cli",
  name: "totp-cli",
  detect({ text, json }) {
    if (text === undefined || json !== undefined) return false;
    const first = text.split("\n").find((line) => !/^(?:---\s*|#.*|\s*)$/.test(line)) ?? "";
    return (
      /^- (?:name|accounts):/.test(first) && /^ +accounts:/m.test(text) && /^ +(?:- )?token:/m.test(text)
    );
  },
  async read({ text }) {
    const accounts = objectsOf(await parseYaml(text ?? "")).flatMap((namespace) =>
      objectsOf(lowerCased(namespace)?.accounts).map((account) => ({
        issuer: lowerCased(namespace)?.name,
        account: lowerCased(account),
      })),
    );
    const reading = collect(
      accounts,
      ({ issuer, account }) => {
        if (account === undefined) throw new EntryFault("it is damaged");
        const { name, algorithm, length, timeperiod, token } = account;
        return {
          ...cleanNames(issuer, name),
          otp: parametersOf({ type: "totp", algorithm, digits: given(length), period: given(timeperiod) }),
          secret: secretOfBase32(token),
        };
      },
      ({ issuer, account }) => whoOf(issuer, account?.name),
    );
    const hasPrefix = accounts.some(({ account }) => textOf(account?.prefix) !== "");
    return hasPrefix ? { ...reading, notes: [PREFIXES] } : reading;
  },
};

/** Keeps every value as text: a key that consists of digits must not become a number, nor a name a date. */
async function parseYaml(text: string): Promise<unknown> {
  if (hasManyLists(text)) throw unreadable("totp-cli", "has too many lists in brackets for a dump");
  const { parse } = await import("yaml");
  try {
    return parse(text, { schema: "failsafe", maxAliasCount: 0, logLevel: "silent", prettyErrors: false });
  } catch {
    throw unreadable("totp-cli", "is not valid YAML");
  }
}

/** Lists in brackets, for which the parser needs quadratic time. A dump has them only for a namespace without accounts. */
function hasManyLists(text: string): boolean {
  return /(?:[[{][^[{\n]*){16}/.test(text) || (text.match(/[[{]/g)?.length ?? 0) > LIMITS.entries;
}

function lowerCased(value: JsonObject | undefined): JsonObject | undefined {
  return (
    value && objectOf(Object.fromEntries(Object.entries(value).map(([key, one]) => [key.toLowerCase(), one])))
  );
}

/** A missing value and 0 mean the default. */
function given(value: unknown): unknown {
  return value === "0" ? undefined : value;
}
