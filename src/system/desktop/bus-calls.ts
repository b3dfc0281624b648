/** Calls on the session bus, on a connection that ends with them. Loaded only where the keyring's binding is not enough. */
import { once } from "node:events";
import { join } from "node:path";
import type { Message } from "dbus-native";
import { xdgFolder } from "../disk/xdg-folder.ts";

/** The values of the answer. Throws an Error if there is none. */
export type BusCall = (
  destination: string,
  path: string,
  face: string,
  member: string,
  signature: string,
  body: readonly unknown[],
) => Promise<readonly unknown[]>;

export interface Bus {
  readonly call: BusCall;
  /** Shows a prompt of the Secret Service ("/": none is needed), and waits until it is answered. */
  prompt(destination: string, path: unknown, giveUpAfter: number): Promise<"done" | "dismissed" | "too slow">;
}

/** A keyring that is stuck must not hold us up: what waits for a person is a prompt. */
const ANSWER_TIME = 2000;
const SIGNAL = 4;
const PROMPT = "org.freedesktop.Secret.Prompt";

type Env = Readonly<Record<string, string | undefined>>;

/** Throws an Error if there is no bus, or if a call fails. */
export async function onBus<T>(env: Env, work: (bus: Bus) => Promise<T>): Promise<T> {
  const { createClient } = await import("dbus-native");
  const client = createClient({
    busAddress: addressIn(env),
    authMethods: ["EXTERNAL"],
    timeout: ANSWER_TIME,
    plainValues: true,
  });
  const { connection } = client;
  connection.on("error", () => {}); // each call that is under way fails with it

  const call: BusCall = (destination, path, face, member, signature, body) =>
    new Promise((resolve, reject) => {
      const message: Message = { destination, path, interface: face, member, body: [...body] };
      client.invoke(signature === "" ? message : { ...message, signature }, (error, ...values: unknown[]) =>
        error ? reject(error) : resolve(values),
      );
    });

  const prompt: Bus["prompt"] = async (destination, path, giveUpAfter) => {
    if (typeof path !== "string" || path === "/") return "done";
    const rule = `type='signal',interface='${PROMPT}',member='Completed',path='${path}'`;
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), giveUpAfter);
    const answered = new Promise<boolean>((resolve) => {
      connection.on("message", ({ type, path: from, member, body = [] }) => {
        if (type === SIGNAL && from === path && member === "Completed") resolve(body[0] === true);
      });
      connection.on("close", () => resolve(true));
    });
    try {
      await call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s", [
        rule,
      ]);
      await call(destination, path, PROMPT, "Prompt", "s", [""]);
      const late = once(waiting.signal, "abort").then(() => undefined);
      const isDismissed = await Promise.race([answered, late]);
      if (isDismissed === undefined) await call(destination, path, PROMPT, "Dismiss", "", []).catch(() => {});
      return isDismissed === undefined ? "too slow" : isDismissed ? "dismissed" : "done";
    } finally {
      clearTimeout(timer);
    }
  };

  try {
    return await work({ call, prompt });
  } finally {
    connection.end();
  }
}

/** As libdbus finds it. The library could also start programs that an address names: sockets are enough. */
function addressIn(env: Env): string {
  const { DBUS_SESSION_BUS_ADDRESS } = env;
  const address = DBUS_SESSION_BUS_ADDRESS?.split(";").find((one) => /^unix:(path|abstract)=/.test(one));
  if (address !== undefined) return address;
  const runtime = xdgFolder(env.XDG_RUNTIME_DIR);
  if (!DBUS_SESSION_BUS_ADDRESS && runtime !== undefined) return `unix:path=${join(runtime, "bus")}`;
  throw new Error("no session bus");
}
