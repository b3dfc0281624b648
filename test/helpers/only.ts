/** A world with only these members: code that uses another one fails the test with its name. */
export function only<All extends object>(given: Partial<All>): All {
  return new Proxy<All>(Object.assign(Object.create(null), given), {
    get(target, name) {
      if (name in target) return Reflect.get(target, name);
      throw new Error(`nothing in this test should need "${String(name)}"`);
    },
  });
}
