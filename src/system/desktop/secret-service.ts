/**
 * What the keyring's binding can't do on Linux: say which program is the Secret Service, whether it is locked, unlock it so that
 * a person has time to answer, make a missing default collection, and name an entry. No secret ever travels here.
 */
import type { CollectionState, Prompted, SecretService } from "../../ports/os-keyring.ts";
import { type BusCall, onBus } from "./bus-calls.ts";
import { providerOf } from "./keyring-provider.ts";

const NAME = "org.freedesktop.secrets";
const ROOT = "/org/freedesktop/secrets";
const SERVICE = "org.freedesktop.Secret.Service";
const COLLECTION = "org.freedesktop.Secret.Collection";
const ITEM = "org.freedesktop.Secret.Item";
const PROPERTIES = "org.freedesktop.DBus.Properties";
const NONE = "/";

type Env = Readonly<Record<string, string | undefined>>;

export function secretService(env: Env): SecretService {
  return {
    async state() {
      return onBus(env, async (bus) => {
        const collection = await defaultCollection(bus.call);
        return { provider: await providerOf(bus.call), collection: await stateOf(bus.call, collection) };
      }).catch(() => undefined);
    },

    async unlock(giveUpAfter) {
      return onBus(env, async (bus) => {
        const [, prompt] = await bus.call(NAME, ROOT, SERVICE, "Unlock", "ao", [
          [await defaultCollection(bus.call)],
        ]);
        return answerOf(await bus.prompt(NAME, prompt, giveUpAfter));
      }).catch(() => "failed" as const);
    },

    async createCollection(label, giveUpAfter) {
      return onBus(env, async (bus) => {
        const properties = [[`${COLLECTION}.Label`, ["s", label]]];
        const [, prompt] = await bus.call(NAME, ROOT, SERVICE, "CreateCollection", "a{sv}s", [
          properties,
          "default",
        ]);
        return answerOf(await bus.prompt(NAME, prompt, giveUpAfter));
      }).catch(() => "failed" as const);
    },

    async entries(attributes) {
      return onBus(env, async (bus) => {
        const items = await itemsWith(bus.call, attributes);
        return Promise.all(items.map((item) => attributesOf(bus.call, item)));
      }).catch(() => undefined);
    },

    async label(attributes, label) {
      await onBus(env, async (bus) => {
        const items = await itemsWith(bus.call, attributes);
        if (items.length !== 1) return; // never that of another program
        await bus.call(NAME, items[0] ?? "", PROPERTIES, "Set", "ssv", [ITEM, "Label", ["s", label]]);
      }).catch(() => {}); // the entry is as good without
    },
  };
}

/** Paths of items, open and locked ones. */
async function itemsWith(call: BusCall, attributes: Readonly<Record<string, string>>): Promise<string[]> {
  const found = await call(NAME, ROOT, SERVICE, "SearchItems", "a{ss}", [Object.entries(attributes)]);
  return found.flatMap((paths) => (Array.isArray(paths) ? paths.map(String) : []));
}

async function attributesOf(call: BusCall, item: string): Promise<Readonly<Record<string, unknown>>> {
  const [attributes] = await call(NAME, item, PROPERTIES, "Get", "ss", [ITEM, "Attributes"]);
  return Object.fromEntries(typeof attributes === "object" && attributes ? Object.entries(attributes) : []);
}

async function defaultCollection(call: BusCall): Promise<string> {
  const [path] = await call(NAME, ROOT, SERVICE, "ReadAlias", "s", ["default"]);
  return typeof path === "string" ? path : NONE;
}

async function stateOf(call: BusCall, collection: string): Promise<CollectionState> {
  if (collection === NONE) return "missing";
  const [isLocked] = await call(NAME, collection, PROPERTIES, "Get", "ss", [COLLECTION, "Locked"]);
  return isLocked === true ? "locked" : "open";
}

function answerOf(answer: "dismissed" | "done" | "too slow"): Prompted {
  return answer === "done" ? "open" : answer;
}
