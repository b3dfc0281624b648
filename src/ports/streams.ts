/** stdin, stdout and stderr: they carry data. */

export interface Output {
  write(text: string): void;
  /** False once it was found that nobody reads any more: what is written is dropped. */
  readonly isOpen: boolean;
  readonly isTTY: boolean;
  /** Colors may be used: a terminal, and NO_COLOR is not set. */
  readonly color: boolean;
}

export interface Input {
  readonly isTTY: boolean;
  /** Everything up to the end of input. Throws UserError beyond `limit` bytes. */
  readAll(limit: number): Promise<Uint8Array>;
}
