/**
 * Prints a page. `lp` does not accept HTML, so a browser converts the page to a PDF in a 0700 folder that is deleted afterwards
 * (in memory if possible), and `lp` gets the PDF through a pipe. No seed is in any program's arguments.
 */

import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ExitCode, UserError } from "../../base/errors.ts";
import { OUTPUT_LIMITS } from "../../base/limits.ts";
import type { Printer, PrintOptions } from "../../ports/desktop.ts";
import { codeOf, diskError, orDiskError, quotable } from "../disk/disk-error.ts";
import { temporaryFolder } from "../disk/temporary-folder.ts";
import { howToInstall } from "../platform-hints.ts";
import { isInstalled } from "../programs/find-program.ts";
import { runTool } from "../programs/run-tool.ts";
import type { Env } from "../tool-environment.ts";
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
/**
 * The browser puts a socket in the temporary folder. A socket's path has at most 103 bytes on macOS, of which
 * "/org.chromium.Chromium.XXXXXX/SingletonSocket" takes 46.
 */
const LONGEST_FOR_SOCKET = 103 - 46;
const FALLBACK_HINT = "or write a file, and print it from any browser: twinseed sheet --output sheet.html";

export function systemPrinter(env: Env, note: Context["note"]): Printer {
  return {
    async print(page, options = {}) {
      if (!isInstalled("lp", env)) {
        throw new UserError('no printing system found: "lp" is not installed', ExitCode.failed, [
          howToInstall(process.platform, "lp"),
          FALLBACK_HINT,
        ]);
      }
      const paper = options.paper ?? defaultPaper(env);
      await sendToPrinter(await pdfOf(page, paper, { env, note }), { ...options, paper }, env);
    },
  };
}

/** Tries each browser until one can read the page: some can't see files outside their sandbox (snap, Flatpak). */
async function pdfOf(page: string, paper: Paper, { env, note }: Context): Promise<Uint8Array> {
  const installed = browsers(env);
  if (installed.length === 0) {
    throw new UserError("no browser is installed to prepare the sheet for printing", ExitCode.failed, [
      "install Chromium, Google Chrome or Microsoft Edge",
      FALLBACK_HINT,
    ]);
  }
  let complaint = "";
  for (const [i, browser] of installed.entries()) {
    const { folder, isInMemory, remove } = temporaryFolder(env, "print");
    if (!isInMemory && i === 0)
      note(`until the sheet is printed, it is stored on disk, in "${quotable(folder)}"`);
    try {
      const file = join(folder, "sheet.html");
      const pdf = join(folder, "sheet.pdf");
      orDiskError("write", file, () =>
        writeFileSync(file, withPaperSize(page, paper), { mode: 0o600, flag: "wx" }),
      );
      const command = printToPdf(browser, pathToFileURL(file).href, pdf, join(folder, "profile"));
      // Anything the browser stores outside its profile, such as dconf's file, must go into the folder too.
      const names = OWN_FOLDERS.filter((name) => name !== "TMPDIR" || folder.length <= LONGEST_FOR_SOCKET);
      const own = Object.fromEntries(names.map((name) => [name, folder]));
      const end = await runTool(command, {
        env: { ...env, ...own },
        patience: PATIENCE.browser,
        limit: OUTPUT_LIMITS.printerBytes,
        cwd: folder,
      });
      const made = read(pdf);
      if (end.ok && made !== undefined && showsPage(made, page)) return made;
      complaint = `"${browser}" could not convert the page to a PDF${end.complaint === "" ? "" : `: ${end.complaint}`}`;
    } finally {
      remove();
    }
  }
  throw new UserError(complaint, ExitCode.failed, [FALLBACK_HINT.replace(/^or /, "")]);
}

interface Context {
  readonly env: Env;
  /** Tells the user where on disk the sheet is until it is printed. */
  note(text: string): void;
}

type Paper = NonNullable<PrintOptions["paper"]>;

/** Sets the paper size in a page that has none: the same size that `lp` is told. */
function withPaperSize(page: string, paper: Paper): string {
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

/** A browser that can't open the file prints its own error page and reports success. */
function showsPage(pdf: Uint8Array, page: string): boolean {
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
  throw new UserError(`could not send the sheet to the printer${why}`, ExitCode.failed, [
    "list the printers with: lpstat -e; choose one with: --printer NAME",
    FALLBACK_HINT,
  ]);
}

/** Letter in the regions where shops sell it: see CLDR's paperSize. */
function defaultPaper({ LC_ALL, LC_PAPER, LANG }: Env): Paper {
  const region = /^[a-z]+_([A-Z]{2})/.exec(LC_ALL || LC_PAPER || LANG || "")?.[1] ?? "";
  return /^(BZ|CA|CL|CO|CR|GT|MX|NI|PA|PH|PR|SV|US|VE)$/.test(region) ? "letter" : "a4";
}
