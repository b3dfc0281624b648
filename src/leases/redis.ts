/**
 * redis://, rediss:// (TLS): a key for each step that is only set where there is none (SET NX PX), and one that holds the
 * last step and only grows, in one script, which the server runs alone. The server's clock decides which step it is.
 */
import { ExitCode, UserError } from "../base/errors.ts";
import { OUTPUT_LIMITS } from "../base/limits.ts";
import type { ConnectionLimits } from "../ports/connection.ts";
import { type Engine, isStep, KEPT, type Lease, reaching, unreachable } from "./lease.ts";
import { decoded } from "./lease-url.ts";
import { commandBytes, NoReply, type Reply, replyIn } from "./redis-protocol.ts";

const PORT = 6379;

/** From opening to closing. */
const LIMITS: ConnectionLimits = { patience: 15_000, bytes: OUTPUT_LIMITS.redisBytes };

/**
 * KEYS: the last step, then the wanted ones. ARGV: the first, the last of them, milliseconds to keep. Gives -1 where they
 * are ours, else the last step. One that is there although "last" says nothing of it: somebody has deleted that key.
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
  const connection = await reaching(shown, () => ports.connect(place, LIMITS));

  async function ask(...words: string[]): Promise<Exclude<Reply, { kind: "error" }>> {
    const reply = await reaching(shown, () => connection.ask(commandBytes(words), readReply));
    if (reply.kind === "error") throw unreachable(shown, withoutPassword(reply.text, url));
    return reply;
  }

  function stepIn(reply: Reply): number {
    const text = reply.kind === "text" && /^(-1|\d{1,16})$/.test(reply.text) ? reply.text : "";
    if (text !== "-1" && !(text !== "" && isStep(Number(text)))) throw unreachable(shown, NONSENSE);
    return Number(text);
  }

  const lastKey = (key: string): string => `twinseed:{${key}}:last`;
  const lease: Lease = {
    async now() {
      const reply = await ask("TIME");
      const [seconds = "", micros = "", ...more] = reply.kind === "list" ? reply.items : [];
      if (!/^\d{1,12}$/.test(seconds) || !/^\d{1,6}$/.test(micros) || more.length > 0)
        throw unreachable(shown, "it does not tell the time");
      return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
    },
    async last(key) {
      const reply = await ask("GET", lastKey(key));
      return reply.kind === "nothing" ? undefined : stepIn(reply);
    },
    async reserve({ key, first, amount }) {
      // In one slot of a cluster, by what stands in braces.
      const steps = Array.from({ length: amount }, (_, i) => `twinseed:{${key}}:${first + i}`);
      const keys = [lastKey(key), ...steps];
      const values = [first, first + amount - 1, KEPT].map(String);
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
    const [user, password] = [decoded(url.username), decoded(url.password)];
    if (password !== "") await ask("AUTH", ...(user === "" ? [] : [user]), password);
    const database = url.pathname.replace(/^\//, "");
    if (database !== "") await ask("SELECT", decoded(database));
    return lease;
  } catch (error) {
    connection.close();
    throw error;
  }
};

const NONSENSE = "it gave an answer that makes no sense";

/** Throws UserError. */
function readReply(received: Buffer): Reply | undefined {
  try {
    return replyIn(received);
  } catch (error) {
    if (!(error instanceof NoReply)) throw error;
    throw new UserError(`${NONSENSE}: it does not speak as Redis does`, ExitCode.failed);
  }
}

/** Whoever wrote the message. */
export function withoutPassword(text: string, { password }: URL): string {
  const secrets = [password, decoded(password)].filter((secret) => secret !== "");
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
}
