/** A browser that turns a page into a PDF without a window: Chromium or a relative, whichever is installed. */
import { existsSync } from "node:fs";
import { isInstalled } from "../programs/find-program.ts";
import type { Env } from "../tool-environment.ts";

const ON_PATH = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "microsoft-edge-stable",
  "microsoft-edge",
  "brave-browser",
];
const ON_MAC = ["Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser"].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/** The installed browsers, in the order to try them. */
export function browsers(env: Env, platform: NodeJS.Platform = process.platform): string[] {
  const onPath = ON_PATH.filter((command) => isInstalled(command, env));
  return platform === "darwin" ? [...ON_MAC.filter((file) => existsSync(file)), ...onPath] : onPath;
}

/** The command line. The browser writes its profile and everything else to `folder`, and neither fetches nor sends anything. */
export function printToPdf(
  browser: string,
  page: string,
  pdf: string,
  folder: string,
): [string, ...string[]] {
  // As root, Chromium does not start with its sandbox on. The page is ours and has no script.
  const isRoot = process.getuid?.() === 0;
  return [
    browser,
    "--headless",
    "--disable-gpu",
    "--incognito",
    `--user-data-dir=${folder}`,
    // Every request goes to a proxy that does not exist.
    "--proxy-server=127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-quic",
    // A crash dump would contain the seeds.
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
    ...(isRoot ? ["--no-sandbox"] : []),
    "--no-pdf-header-footer",
    `--print-to-pdf=${pdf}`,
    page,
  ];
}
