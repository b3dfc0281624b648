/** What the process that hands out codes gets by a pipe when it starts: the keys, and for how long. */
import { isText, isWhole, objectsOf, parseFields } from "../base/untrusted-json.ts";
import { type DataKey, dataKeyOf } from "../seeds/file/data-key.ts";
import type { Durations } from "./time-left.ts";

export interface Start {
  /** The data folder. */
  readonly home: string;
  /** The current data key first. */
  readonly keys: readonly [DataKey, ...DataKey[]];
  readonly durations: Durations;
}

export function formatStart({ home, keys, durations }: Start): string {
  const listed = keys.map(({ store, id, bytes }) => ({
    store,
    id,
    bytes: Buffer.from(bytes).toString("base64"),
  }));
  return JSON.stringify({ home, keys: listed, ...durations });
}

export function parseStart(text: string): Start | undefined {
  const { home, keys, total, idle } = parseFields(text);
  const [first, ...others] = objectsOf(keys).flatMap((one) => {
    const { store, id, bytes } = one ?? {};
    if (!isText(store) || !isText(id) || !isText(bytes)) return [];
    return dataKeyOf(store, id, Buffer.from(bytes, "base64")) ?? [];
  });
  if (first === undefined || !isText(home) || !isWhole(total) || !isWhole(idle)) return undefined;
  return { home, keys: [first, ...others], durations: { total, idle } };
}
