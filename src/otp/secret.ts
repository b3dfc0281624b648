const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** A seed on its way through the program. Prints as `[secret]`; only `reveal` returns the bytes. */
export class Secret {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Keeps these very bytes, not a copy: the caller must not change them afterwards. */
  static of(bytes: Uint8Array): Secret {
    return new Secret(bytes);
  }

  /** The bytes themselves, not a copy. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  /** Whether both hold the same bytes; takes the same time wherever they differ. */
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
