/** A connection to another computer, which may be hostile: time and bytes are limited for the connection as a whole. */

export interface Place {
  readonly host: string;
  readonly port: number;
  /** TLS, with a certificate that this computer trusts for `host`. */
  readonly isSecure: boolean;
}

export interface ConnectionLimits {
  /** Milliseconds from now to the end of the last answer. */
  readonly patience: number;
  /** For all answers together. */
  readonly bytes: number;
}

export interface Connection {
  /**
   * Sends the question. Whenever data arrives, `read` gets everything that was received since, and returns the answer, or
   * undefined if it is not complete yet. If `read` throws, the connection is closed.
   */
  ask<T extends object>(question: Uint8Array, read: (received: Buffer) => T | undefined): Promise<T>;
  /** Never throws. */
  close(): void;
}

/** Throws UserError (exit 1), as does `ask`: refused, cut off, too slow, or too many bytes. */
export type Connect = (place: Place, limits: ConnectionLimits) => Promise<Connection>;
