/** Questions and answers of a browser's protocol, which are JSON with an id, and events, which have none. */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

export function protocol(write: (text: string) => void) {
  let last = 0;
  const waiting = new Map<number, { resolve: (result: Fields) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, ((params: Fields) => void)[]>();
  return {
    send(method: string, params: Fields = {}, more: Fields = {}): Promise<Fields> {
      const id = ++last;
      write(JSON.stringify({ id, method, params, ...more }));
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    on(event: string, listener: (params: Fields) => void): void {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    receive(text: string): void {
      const { id, method, params, result, error, message } = fieldsOf(JSON.parse(text));
      const asker = typeof id === "number" ? waiting.get(id) : undefined;
      if (error !== undefined) asker?.reject(new Error(`${JSON.stringify(error)} ${message ?? ""}`));
      else asker?.resolve(fieldsOf(result));
      if (typeof id === "number") waiting.delete(id);
      for (const listener of listeners.get(String(method)) ?? []) listener(fieldsOf(params));
    },
  };
}
