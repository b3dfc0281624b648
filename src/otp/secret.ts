/** As util.inspect.custom, without a module to load for it (Node's documentation of util.inspect). */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** A seed on its way through the program. Prints as `[secret]`; `reveal` is the one way in. */
export class Secret {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Takes the bytes over as they are: the caller must not change them afterwards. */
  static of(bytes: Uint8Array): Secret {
    return new Secret(bytes);
  }

  /** The bytes themselves, not a copy. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  /** Whether both hold the same bytes, in a time that does not depend on where they differ. */
  equals(other: Secret): boolean {
    return areSame(this.#bytes, other.#bytes);
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [INSPECT](): string {
    return "[secret]";
  }
}

/** Takes the same time wherever they differ. By hand, as browsers have no timingSafeEqual. */
export function areSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (const [i, byte] of a.entries()) difference |= byte ^ (b[i] ?? 0);
  return difference === 0;
}
