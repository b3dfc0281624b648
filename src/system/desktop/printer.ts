/**
 * A page to the printer. `lp` takes no HTML, so a browser makes a PDF of it, in a 0700 folder that is gone afterwards (in
 * memory, where there is such a place), and `lp` gets that through a pipe. No seed is in anybody's arguments.
 */

import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ExitCode, UserError } from "../../base/errors.ts";
import { OUTPUT_LIMITS } from "../../base/limits.ts";
import type { Printer, PrintOptions } from "../../ports/desktop.ts";
import { codeOf, diskError, orDiskError, quotable } from "../disk/disk-error.ts";
import { temporaryFolder } from "../disk/temporary-folder.ts";
import { isInstalled } from "../programs/installed.ts";
import { type Env, runTool } from "../programs/run-tool.ts";
import { browsers, printToPdf } from "./browser.ts";

const PATIENCE = { browser: 60_000, lp: 30_000 } as const;
const OWN_FOLDERS = [
  ...[
    "HOME",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
  ],
];
/** In the temporary folder the browser has a socket: 103 bytes on macOS, less "/org.chromium.Chromium.XXXXXX/SingletonSocket". */
const LONGEST_FOR_SOCKET = 103 - 46;
const OTHERWISE = "or write a file, and print it from any browser: twinseed sheet --output sheet.html";

export function systemPrinter(env: Env, note: Surroundings["note"]): Printer {
  return {
    async print(page, options = {}) {
      if (!isInstalled("lp", env)) {
        throw new UserError('there is no printing system here: "lp" is not installed', ExitCode.failed, [
          'install CUPS: the package "cups-client" on Debian and Ubuntu, "cups" elsewhere',
          OTHERWISE,
        ]);
      }
      const paper = options.paper ?? usualPaper(env);
      await sendToPrinter(await pdfOf(page, paper, { env, note }), { ...options, paper }, env);
    },
  };
}

/** The first browser that reads the page: some are shut off from the files of others (snap, Flatpak). */
async function pdfOf(page: string, paper: Paper, { env, note }: Surroundings): Promise<Uint8Array> {
  const installed = browsers(env);
  if (installed.length === 0) {
    throw new UserError("nothing is installed that can lay the sheet out for the printer", ExitCode.failed, [
      "install Chromium, Google Chrome or Microsoft Edge",
      OTHERWISE,
    ]);
  }
  let complaint = "";
  for (const [i, browser] of installed.entries()) {
    const { folder, isInMemory, remove } = temporaryFolder(env, "print");
    if (!isInMemory && i === 0)
      note(`until it is printed, the sheet is on the disk, in "${quotable(folder)}"`);
    try {
      const file = join(folder, "sheet.html");
      const pdf = join(folder, "sheet.pdf");
      orDiskError("write", file, () => writeFileSync(file, sized(page, paper), { mode: 0o600, flag: "wx" }));
      const command = printToPdf(browser, pathToFileURL(file).href, pdf, join(folder, "profile"));
      // What it keeps beside its profile, dconf's file for one, is to be in the folder too.
      const names = OWN_FOLDERS.filter((name) => name !== "TMPDIR" || folder.length <= LONGEST_FOR_SOCKET);
      const own = Object.fromEntries(names.map((name) => [name, folder]));
      const end = await runTool(command, {
        env: { ...env, ...own },
        patience: PATIENCE.browser,
        limit: OUTPUT_LIMITS.printerBytes,
        cwd: folder,
      });
      const made = read(pdf);
      if (end.ok && made !== undefined && isOf(made, page)) return made;
      complaint = `"${browser}" could not read the page or made no PDF of it${end.complaint === "" ? "" : `: ${end.complaint}`}`;
    } finally {
      remove();
    }
  }
  throw new UserError(complaint, ExitCode.failed, [OTHERWISE.replace(/^or /, "")]);
}

interface Surroundings {
  readonly env: Env;
  /** Is told where the sheet is on a disk in between. */
  note(text: string): void;
}

type Paper = NonNullable<PrintOptions["paper"]>;

/** A page that says no size of its own gets one, as the printer is told one too. */
function sized(page: string, paper: Paper): string {
  return page.replace("</style>", () => `@page { size: ${paper === "a4" ? "A4" : "letter"}; }\n</style>`);
}

function read(pdf: string): Uint8Array | undefined {
  let file: number | undefined;
  try {
    file = openSync(pdf, "r");
    return readFileSync(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw diskError(error, "read", pdf);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Where a browser can't open a file it prints its own error page, and is content with that. */
function isOf(pdf: Uint8Array, page: string): boolean {
  const title = /<title>([^<]*)<\/title>/.exec(page)?.[1] ?? "";
  const text = Buffer.from(pdf).toString("latin1");
  return text.startsWith("%PDF-") && text.includes(`(${title})`);
}

async function sendToPrinter(pdf: Uint8Array, options: PrintOptions & { paper: Paper }, env: Env) {
  const { printer, paper } = options;
  const end = await runTool(
    [
      "lp",
      "-t",
      "twinseed",
      ...(printer === undefined ? [] : ["-d", printer]),
      "-o",
      `media=${paper === "a4" ? "A4" : "Letter"}`,
      "-",
    ],
    { env, patience: PATIENCE.lp, limit: OUTPUT_LIMITS.printerBytes, input: pdf },
  );
  if (end.ok) return;
  const why = end.complaint === "" ? "" : `: ${end.complaint}`;
  throw new UserError(`the printer did not get the sheet${why}`, ExitCode.failed, [
    "see which printers there are: lpstat -e; name one with: --printer NAME",
    OTHERWISE,
  ]);
}

/** Letter where that is what one buys: see CLDR's paperSize. */
function usualPaper({ LC_ALL, LC_PAPER, LANG }: Env): Paper {
  const region = /^[a-z]+_([A-Z]{2})/.exec(LC_ALL || LC_PAPER || LANG || "")?.[1] ?? "";
  return /^(BZ|CA|CL|CO|CR|GT|MX|NI|PA|PH|PR|SV|US|VE)$/.test(region) ? "letter" : "a4";
}
