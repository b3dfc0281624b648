/** What a desktop offers. */

export interface Clipboard {
  /** Puts text on the clipboard and has it cleared after `clearAfter` seconds, if it still holds this text then. */
  copy(text: string, clearAfter: number): Promise<void>;
  /** The picture on it, undefined where there is none. Throws UserError: no clipboard, no tool for it, beyond `limit` bytes. */
  picture(limit: number): Promise<Uint8Array | undefined>;
  /** The text on it, likewise. */
  text(limit: number): Promise<Uint8Array | undefined>;
}

/** What the person's screen shows, as a picture. It leaves nothing behind. */
export interface ScreenCapture {
  /** Whether a region can be dragged here. */
  canSelect(): Promise<boolean>;
  /** Throws UserError: no screen, no tool for it, nothing selected, beyond `limit` bytes. */
  capture(kind: "region" | "full", limit: number): Promise<Uint8Array>;
}

/** The system's printers. Printing leaves no file of ours behind; what the print queue keeps is the system's. */
export interface Printer {
  /** An HTML page with a title of its own. Throws UserError: nothing to lay it out or to print with, refused by the printer. */
  print(page: string, options?: PrintOptions): Promise<void>;
}

export interface PrintOptions {
  /** Else the system's default. */
  readonly printer?: string;
  /** Else the one in use where the user lives. */
  readonly paper?: "a4" | "letter";
}
