/** Ports whose code is loaded when one of them is first used: `code NAME` pays for none of it. */

/** Every one of its functions gives a promise, so that nobody can tell the stand-in from the real one. */
type Asynchronous<Port> = {
  readonly [Name in keyof Port]: (...args: never[]) => Promise<unknown>;
};

/** Stands in for what `load` gives: the first call of any of its functions loads it. */
export function lazy<Port extends Asynchronous<Port>>(load: () => Promise<Port>): Port {
  let port: Promise<Port> | undefined;
  return new Proxy<Port>(Object.create(null), {
    get(_, name) {
      if (name === "then") return undefined; // it is no promise itself
      return async (...args: unknown[]) => {
        port ??= load();
        const loaded = await port;
        return Reflect.apply(Reflect.get(loaded, name), loaded, args);
      };
    },
  });
}
