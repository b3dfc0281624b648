/** A conversation with another computer, which may be hostile: what it takes is bounded as a whole. */

export interface Place {
  readonly host: string;
  readonly port: number;
  /** TLS, with a certificate that this computer trusts for `host`. */
  readonly isSecure: boolean;
}

export interface ConnectionLimits {
  /** Milliseconds from now to the end of the last answer, however slowly it comes. */
  readonly patience: number;
  /** Of all answers together. */
  readonly bytes: number;
}

export interface Connection {
  /**
   * Sends the question. `read` gets what has come since, again with each part that comes; what it makes of that is the
   * answer, and undefined asks for more. What it throws ends the conversation.
   */
  ask<T extends object>(question: Uint8Array, read: (received: Buffer) => T | undefined): Promise<T>;
  /** Never throws. */
  close(): void;
}

/** Throws UserError (exit 1), as `ask` does: refused, broken off, too slow, too much. */
export type Connect = (place: Place, limits: ConnectionLimits) => Promise<Connection>;
