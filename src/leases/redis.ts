/**
 * redis://, rediss:// (TLS): one key per step, which is only set if it does not exist (SET NX PX), and one key with the last
 * step, which only grows. One script does both, and the server runs nothing else meanwhile. The server's clock decides which
 * step is current.
 */
import { ExitCode, UserError } from "../base/errors.ts";
import { OUTPUT_LIMITS } from "../base/limits.ts";
import type { ConnectionLimits } from "../ports/connection.ts";
import { type Engine, isStep, KEEP_TIME, type Lease, orUnreachable, unreachable } from "./lease.ts";
import { percentDecode } from "./lease-url.ts";
import { commandBytes, NoReply, type Reply, replyIn } from "./redis-protocol.ts";

const PORT = 6379;

/** For everything from opening to closing. */
const LIMITS: ConnectionLimits = { patience: 15_000, bytes: OUTPUT_LIMITS.redisBytes };

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

export const redis: Engine = async (url, shown, ports) => {
  const place = {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port) || PORT,
    isSecure: url.protocol === "rediss:",
  };
  const connection = await orUnreachable(shown, () => ports.connect(place, LIMITS));

  async function ask(...words: string[]): Promise<Exclude<Reply, { kind: "error" }>> {
    const reply = await orUnreachable(shown, () => connection.ask(commandBytes(words), readReply));
    if (reply.kind === "error") throw unreachable(shown, withoutPassword(reply.text, url));
    return reply;
  }

  function stepIn(reply: Reply): number {
    const text = reply.kind === "text" && /^(-1|\d{1,16})$/.test(reply.text) ? reply.text : "";
    if (text !== "-1" && !(text !== "" && isStep(Number(text)))) throw unreachable(shown, UNEXPECTED);
    return Number(text);
  }

  const lastKey = (key: string): string => `twinseed:{${key}}:last`;
  const lease: Lease = {
    async now() {
      const reply = await ask("TIME");
      const [seconds = "", micros = "", ...more] = reply.kind === "list" ? reply.items : [];
      if (!/^\d{1,12}$/.test(seconds) || !/^\d{1,6}$/.test(micros) || more.length > 0)
        throw unreachable(shown, "it does not report the time");
      return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
    },
    async last(key) {
      const reply = await ask("GET", lastKey(key));
      return reply.kind === "nothing" ? undefined : stepIn(reply);
    },
    async reserve({ key, first, amount }) {
      // The part in braces puts all keys into one slot of a cluster.
      const steps = Array.from({ length: amount }, (_, i) => `twinseed:{${key}}:${first + i}`);
      const keys = [lastKey(key), ...steps];
      const values = [first, first + amount - 1, KEEP_TIME].map(String);
      const last = stepIn(await ask("EVAL", RESERVE, String(keys.length), ...keys, ...values));
      return last === -1 ? { isOurs: true } : { isOurs: false, last };
    },
    async check() {
      await ask("EVAL", "return redis.call('TIME')", "0");
    },
    forget: (key) => `delete the key ${lastKey(key)} there`,
    close: async () => connection.close(),
  };

  try {
    const [user, password] = [percentDecode(url.username), percentDecode(url.password)];
    if (password !== "") await ask("AUTH", ...(user === "" ? [] : [user]), password);
    const database = url.pathname.replace(/^\//, "");
    if (database !== "") await ask("SELECT", percentDecode(database));
    return lease;
  } catch (error) {
    connection.close();
    throw error;
  }
};

const UNEXPECTED = "it sent an unexpected answer";

/** Throws UserError. */
function readReply(received: Buffer): Reply | undefined {
  try {
    return replyIn(received);
  } catch (error) {
    if (!(error instanceof NoReply)) throw error;
    throw new UserError(`${UNEXPECTED}: it does not use the protocol of Redis`, ExitCode.failed);
  }
}

/** The server's message without the password, even if the server repeats it. */
export function withoutPassword(text: string, { password }: URL): string {
  const secrets = [password, percentDecode(password)].filter((secret) => secret !== "");
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
}
