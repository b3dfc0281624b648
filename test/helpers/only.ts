/** A world with these things in it and no others: whoever reaches for something else fails the test by its name. */
export function only<All extends object>(given: Partial<All>): All {
  return new Proxy<All>(Object.assign(Object.create(null), given), {
    get(target, name) {
      if (name in target) return Reflect.get(target, name);
      throw new Error(`nothing in this test should need "${String(name)}"`);
    },
  });
}
