/** What a desktop offers. */

export interface Clipboard {
  /**
   * Copies text to the clipboard, and has it cleared after `clearAfter` seconds: the desktop's if it still holds the text then, that
   * of a terminal, which can't be asked, whatever it holds. Returns which one it was.
   */
  copy(text: string, clearAfter: number): Promise<"desktop" | "terminal">;
  /**
   * The picture on the clipboard, undefined if there is none. Throws UserError if there is no clipboard or no tool for it, or
   * if the picture is larger than `limit` bytes.
   */
  picture(limit: number): Promise<Uint8Array | undefined>;
  /** The same for text. */
  text(limit: number): Promise<Uint8Array | undefined>;
}

/** Screenshots. They leave nothing behind. */
export interface ScreenCapture {
  /** Whether the user can select a region with the mouse here. */
  canSelect(): Promise<boolean>;
  /**
   * One picture, or one for each display. Throws UserError if there is no screen or no tool for it, if nothing was selected, or
   * if one is larger than `limit` bytes.
   */
  capture(kind: "region" | "full", limit: number): Promise<Uint8Array[]>;
  /** Whether the system shows us what other programs have on the screen, and not only the wallpaper; undefined if it can't tell. */
  showsWindows(): Promise<boolean | undefined>;
}

/** The system's printers. Printing leaves no file of ours behind; what the print queue keeps is up to the system. */
export interface Printer {
  /**
   * Prints a complete HTML page with its own title. Throws UserError if no browser or print command is available, or if the
   * printer refuses.
   */
  print(page: string, options?: PrintOptions): Promise<void>;
}

export interface PrintOptions {
  /** Default: the system's default printer. */
  readonly printer?: string;
  /** Default: the usual size in the user's region. */
  readonly paper?: "a4" | "letter";
}
