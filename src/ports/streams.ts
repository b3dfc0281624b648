/** stdin, stdout and stderr: they carry data. */

export interface Output {
  write(text: string): void;
  /** False once we notice that the reader is gone: further output is dropped. */
  readonly isOpen: boolean;
  readonly isTTY: boolean;
  /** Whether to use colors: it is a terminal, and NO_COLOR is not set. */
  readonly color: boolean;
}

export interface Input {
  readonly isTTY: boolean;
  /** Everything up to the end of input. Throws UserError beyond `limit` bytes. */
  readAll(limit: number): Promise<Uint8Array>;
}
