/** Ports whose code is loaded on first use, so that `code NAME` does not pay for it. */

/** Each of its functions returns a promise, so callers can't tell the stand-in from the real one. */
type Asynchronous<Port> = {
  readonly [Name in keyof Port]: (...args: never[]) => Promise<unknown>;
};

/** Returns a stand-in for the port that `load` returns: the first call of any of its functions loads it. */
export function lazy<Port extends Asynchronous<Port>>(load: () => Promise<Port>): Port {
  let port: Promise<Port> | undefined;
  return new Proxy<Port>(Object.create(null), {
    get(_, name) {
      if (name === "then") return undefined; // the stand-in itself is not a promise
      return async (...args: unknown[]) => {
        port ??= load();
        const loaded = await port;
        return Reflect.apply(Reflect.get(loaded, name), loaded, args);
      };
    },
  });
}
