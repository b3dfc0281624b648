/** A tool that can access the clipboard. */
import type { Command } from "../programs/run-tool.ts";

export interface ClipboardTool {
  /** Reads the text from stdin. */
  readonly copy: Command;
  /** The same, marked as a secret for programs that keep a history. May fail: then `copy` is used. */
  readonly copySecret?: Command;
  /** Prints the text. */
  readonly paste: Command;
  /** Run with an empty stdin. */
  readonly clear: Command;
  /** How to get a picture; missing if the tool handles only text. */
  readonly pictures?: PicturesByType | PrintedPng;
  /** Variables for all of them. */
  readonly env?: Readonly<Record<string, string>>;
  /** The package to install if the tool is missing. */
  readonly install: string;
}

/** Lists the available media types, and prints the requested one. */
export interface PicturesByType {
  readonly types: Command;
  readonly as: (type: string) => Command;
}

/** Prints a PNG as text, or nothing if there is no picture. */
export interface PrintedPng {
  /** Prints the path of a file that was copied, and fails or prints nothing if none was: its picture is an icon. */
  readonly file?: Command;
  readonly png: Command;
  readonly encoding: "hex" | "base64";
}
