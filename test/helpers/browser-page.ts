/** What tests ask of a browser, whichever it is. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";

export interface BrowserOptions {
  readonly width?: number;
  readonly height?: number;
  readonly touch?: boolean;
  readonly dark?: boolean;
  readonly language?: string;
  /** Chromium alone: "UTC", for example, in place of the computer's. */
  readonly timezone?: string;
  /** Runs before every document's own scripts. */
  readonly before?: string;
}

export interface BrowserPage {
  open(url: string): Promise<void>;
  /** The value of an expression, which may be a promise; through JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Keys as if typed into what has the focus. */
  type(text: string): Promise<void>;
  /** Chooses a file in the page's only field for files. */
  choose(file: string): Promise<void>;
  screenshot(): Promise<Buffer>;
  /** The addresses of all requests so far. */
  readonly requests: readonly string[];
  /** Chromium alone: every string that the page's memory holds, after collecting what is not used. */
  heap?(): Promise<string>;
  close(): Promise<void>;
}

/** `script` runs before every document's own scripts. */
export function settingsOf({
  width = 1000,
  height = 800,
  touch = false,
  dark = false,
  language = "en-US",
  before = "",
}: BrowserOptions) {
  const spoken = `Object.defineProperty(navigator, "language", { get: () => ${JSON.stringify(language)} });`;
  return { width, height, dark, touch, pixelRatio: touch ? 2 : 1, language, script: `${spoken}${before}` };
}

/** Ends the browser, and deletes the profile that was made for it. */
export async function endBrowser(child: ChildProcess, profile: string): Promise<void> {
  const ended = once(child, "close");
  child.kill("SIGKILL");
  await ended;
  // Its other processes outlive it for an instant, and write. rmSync would only try the emptied folder again, not what is new in it.
  await rm(profile, { recursive: true, force: true, maxRetries: 20 });
}
