/**
 * The keychain of macOS, called in another process of ours (seeds/keyring/serve-calls.ts). While one of its windows is open, a call blocks
 * its thread, and neither process.exit() nor a signal with an exit code of ours would end this process then. The other one can be
 * killed at any time.
 */
import type { ChildProcess } from "node:child_process";
import type { KeyringBinding, KeyringEntry } from "../../ports/os-keyring.ts";
import { onExit } from "../signals.ts";
import type { Env } from "../tool-environment.ts";

export type KeyringCall = "getPassword" | "setPassword" | "deletePassword";

export interface ChildKeyring extends KeyringBinding {
  /** Ends all calls that have no answer yet. Returns false if there is nothing to end. */
  hangUp(): Promise<boolean>;
}

interface Waiting {
  resolve(value: string | boolean | null): void;
  reject(error: Error): void;
}

/** `file` is the built cli/child-tasks.ts. */
export function childKeyring(
  node: string,
  nodeOptions: readonly string[],
  file: string,
  env: Env,
): ChildKeyring {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let number = 0;

  async function start(): Promise<ChildProcess> {
    const { spawn } = await import("node:child_process");
    // The same Node with the same options, unlike other programs that we start; but our passphrases are not for it.
    const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("TWINSEED_")));
    const started = spawn(node, [...nodeOptions, file, "serve-keyring"], {
      env: own,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "json",
    });
    const cancelCleanUp = onExit(() => started.kill("SIGKILL"));
    const lost = (): void => {
      cancelCleanUp();
      if (child === started) child = undefined;
      for (const { reject } of waiting.values()) reject(new Error("its process has ended"));
      waiting.clear();
    };
    started.once("error", lost).once("exit", lost);
    started.on("message", (answer) => {
      const { key, value, fault } = answerIn(answer);
      const call = waiting.get(key);
      waiting.delete(key);
      if (fault === undefined) call?.resolve(value);
      else call?.reject(new Error(fault));
      if (waiting.size === 0) rest(started);
    });
    rest(started);
    return started;
  }

  async function ask(user: string, service: string, call: KeyringCall, password = "") {
    child ??= await start();
    const asked = child;
    const key = ++number;
    return new Promise<string | boolean | null>((resolve, reject) => {
      waiting.set(key, { resolve, reject });
      asked.ref();
      asked.channel?.ref();
      asked.send({ key, service, user, call, password }, (error) => error && reject(error));
    });
  }

  class AsyncEntry implements KeyringEntry {
    readonly #service: string;
    readonly #user: string;
    constructor(service: string, user: string) {
      this.#service = service;
      this.#user = user;
    }
    async getPassword(): Promise<string | null> {
      const found = await ask(this.#user, this.#service, "getPassword");
      return typeof found === "string" ? found : null;
    }
    async setPassword(password: string): Promise<void> {
      await ask(this.#user, this.#service, "setPassword", password);
    }
    async deletePassword(): Promise<boolean> {
      return (await ask(this.#user, this.#service, "deletePassword")) === true;
    }
  }

  return { AsyncEntry, hangUp: async () => child?.kill("SIGKILL") ?? false };
}

/** While nothing is asked, it does not keep our process alive. */
function rest(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function answerIn(message: unknown): { key: number; value: string | boolean | null; fault?: string } {
  const none = { key: -1, value: null };
  if (typeof message !== "object" || message === null || !("key" in message)) return none;
  const { key } = message;
  if (typeof key !== "number") return none;
  if ("fault" in message) return { key, value: null, fault: String(message.fault) };
  const value = "value" in message ? message.value : null;
  return { key, value: typeof value === "string" || typeof value === "boolean" ? value : null };
}
