/**
 * redis://, rediss:// (TLS): one key per step, which is only set if it does not exist (SET NX PX), and one key with the last
 * step, which only grows. One script does both, and the server runs nothing else meanwhile. The server's clock decides which
 * step is current.
 */
import { type Engine, KEEP_TIME, type Lease, unreachable } from "./lease.ts";
import { percentDecode } from "./lease-url.ts";

/** Milliseconds. */
const CONNECTING = 5000;
const SILENCE = 5000;

/**
 * KEYS: the key of the last step, then those of the wanted steps. ARGV: the first and the last wanted step, and how many
 * milliseconds to keep them. Returns -1 if they are ours, else the last step. If a wanted step's key exists although the last
 * step is lower, someone has deleted the key of the last step: the script sets it again.
 */
const RESERVE = `
local function text(step) return string.format("%.0f", step) end
local last = tonumber(redis.call("GET", KEYS[1]) or "-1")
local first = tonumber(ARGV[1])
if last >= first then return text(last) end
for i = #KEYS, 2, -1 do
  if redis.call("EXISTS", KEYS[i]) == 1 then
    redis.call("SET", KEYS[1], text(first + i - 2))
    return text(first + i - 2)
  end
end
for i = 2, #KEYS do redis.call("SET", KEYS[i], "1", "NX", "PX", ARGV[3]) end
redis.call("SET", KEYS[1], ARGV[2])
return "-1"`;

export const redis: Engine = async (url, shown) => {
  const { createClient } = await import("@redis/client");

  async function ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw unreachable(shown, reasonOf(error, url));
    }
  }

  const client = await ask(async () =>
    createClient({
      url: url.href,
      disableOfflineQueue: true,
      RESP: 2,
      socket: { connectTimeout: CONNECTING, socketTimeout: SILENCE, reconnectStrategy: false },
    }),
  );
  // Every failure also rejects the call that waits for it; without a listener the event would end the process.
  client.on("error", () => {});
  await ask(() => client.connect());

  const lastKey = (key: string): string => `twinseed:{${key}}:last`;
  return {
    async now() {
      const answer = await ask(() => client.sendCommand(["TIME"]));
      const [seconds, micros] = Array.isArray(answer) ? answer.map(Number) : [];
      const time = (seconds ?? Number.NaN) * 1000 + Math.floor((micros ?? 0) / 1000);
      if (!(time > 0)) throw unreachable(shown, "it does not report the time");
      return time;
    },
    async last(key) {
      const text = await ask(() => client.sendCommand(["GET", lastKey(key)]));
      return text === null ? undefined : stepIn(text, shown);
    },
    async reserve({ key, first, amount }) {
      // The part in braces puts all keys into one slot of a cluster.
      const steps = Array.from({ length: amount }, (_, i) => `twinseed:{${key}}:${first + i}`);
      const keys = [lastKey(key), ...steps];
      const values = [first, first + amount - 1, KEEP_TIME].map(String);
      const answer = await ask(() =>
        client.sendCommand(["EVAL", RESERVE, String(keys.length), ...keys, ...values]),
      );
      const last = stepIn(answer, shown);
      return last === -1 ? { isOurs: true } : { isOurs: false, last };
    },
    async check() {
      await ask(() => client.sendCommand(["EVAL", "return redis.call('TIME')", "0"]));
    },
    forget: (key) => `delete the key ${lastKey(key)} there`,
    async close() {
      client.destroy();
    },
  } satisfies Lease;
};

function stepIn(answer: unknown, shown: string): number {
  const step = /^(-1|\d{1,16})$/.test(String(answer)) ? Number(answer) : Number.NaN;
  if (Number.isNaN(step)) throw unreachable(shown, "it sent an unexpected answer");
  return step;
}

/** The reason without the password, even if the library's message contains it. */
export function reasonOf(error: unknown, { password }: URL): string {
  const { message, code } =
    error instanceof Error
      ? { code: undefined, ...error, message: error.message }
      : { message: "", code: "" };
  const text = message || String(code || "it can't be reached");
  const secrets = [password, percentDecode(password)].filter((secret) => secret !== "");
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
}
