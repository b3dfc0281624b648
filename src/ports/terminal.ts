/** A conversation with the user at the terminal, kept apart from stdin and stdout, which carry data. */
export interface Terminal {
  readonly size: Size;
  /** How many colors it can show: 16 or 256. */
  readonly colors: 16 | 256;
  print(text: string): void;
  /** Reads one line, trimmed. Throws UserError (interrupted) on Ctrl-C or end of input. */
  ask(question: string): Promise<string>;
  /** The same without echo. */
  askHidden(question: string): Promise<string>;
  confirm(question: string, otherwise: boolean): Promise<boolean>;
  /**
   * Runs `session` on the alternate screen and clears that screen at the end, also on signals and errors, so that nothing
   * remains in the scrollback.
   */
  fullScreen<T>(session: (screen: Screen) => Promise<T>): Promise<T>;
}

export interface Screen {
  /** Draws now, and again after each resize. The picture's lines must fit the size that it is called with. */
  draw(picture: (size: Size) => string): void;
  /** Reads a line, typed below the picture. */
  ask(question: string): Promise<string>;
  /**
   * The next key, or undefined when the time is up. Ctrl-C, Ctrl-Z and Ctrl-\ are not keys: they do what they always do.
   * Throws UserError (interrupted) when the terminal is gone.
   */
  key(milliseconds: number): Promise<Key | undefined>;
}

export type KeyName =
  | ("enter" | "escape" | "backspace" | "clear" | "tab" | "back-tab")
  | ("up" | "down" | "page-up" | "page-down" | "home" | "end");

/** "clear" is Ctrl-U. A text is one character; pasted text arrives as one key after another. */
export type Key = { readonly name: KeyName } | { readonly name: "text"; readonly text: string };

export interface Size {
  readonly columns: number;
  readonly rows: number;
}
