/**
 * A page in a real, headless browser that can reach nothing but this computer: Chromium by its own protocol over a pipe, Firefox by
 * WebDriver BiDi. Only what both can do, and the heap of Chromium.
 */
import { chromium } from "./chromium.ts";
import { firefox } from "./firefox.ts";

export const BROWSERS = { chromium, firefox } as const;

export type BrowserName = keyof typeof BROWSERS;
