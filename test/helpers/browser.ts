/**
 * A page in a real, headless browser that can reach nothing but this computer: Chromium by its own protocol over a pipe, Firefox by
 * WebDriver BiDi. Only what both can do, and the heap of Chromium.
 */
import { chromium } from "./chromium.ts";
import { firefox } from "./firefox.ts";

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

export const BROWSERS = { chromium, firefox: firefox } as const;

export type BrowserName = keyof typeof BROWSERS;
