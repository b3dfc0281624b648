/**
 * A page to the printer. `lp` takes no HTML, so a browser makes a PDF of it, in a 0700 folder that is gone afterwards, from
 * and to files that have no name as a rule; `lp` gets that through a pipe. No seed is in anybody's arguments.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Printer, PrintOptions } from "../context.ts";
import { ExitCode, UserError } from "../errors.ts";
import { browsers, printToPdf } from "./browser.ts";
import { orDiskError } from "./disk-error.ts";
import { isInstalled } from "./installed.ts";
import { type HandedFile, handedFile } from "./nameless-file.ts";
import { type Env, runTool } from "./run-tool.ts";
import { temporaryFolder } from "./temporary-folder.ts";

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
const MOST_SAID = 1024 * 1024;
const LARGEST_PDF = 64 * 1024 * 1024;
/** After stdin, stdout and stderr. */
const FIRST_FREE = 3;
const OTHERWISE = "or write a file, and print it from any browser: twinseed sheet --output sheet.html";

/** `note` is told where the sheet is on a disk in between. */
export function systemPrinter(env: Env, note: (text: string) => void): Printer {
  return {
    async print(page, options = {}) {
      if (!isInstalled("lp", env)) {
        throw new UserError('there is no printing system here: "lp" is not installed', ExitCode.failed, [
          'install CUPS: the package "cups-client" on Debian and Ubuntu, "cups" elsewhere',
          OTHERWISE,
        ]);
      }
      const paper = options.paper ?? usualPaper(env);
      await sendToPrinter(await pdfOf(page, paper, env, note), { ...options, paper }, env);
    },
  };
}

/** The first browser that reads the page: some are shut off from the files of others (snap, Flatpak). */
async function pdfOf(page: string, paper: Paper, env: Env, note: Surroundings["note"]): Promise<Uint8Array> {
  const installed = browsers(env);
  if (installed.length === 0) {
    throw new UserError("nothing is installed that can lay the sheet out for the printer", ExitCode.failed, [
      "install Chromium, Google Chrome or Microsoft Edge",
      OTHERWISE,
    ]);
  }
  let complaint = "";
  let isSaid = false;
  const sayOnce = (text: string): void => {
    if (!isSaid) note(text);
    isSaid = true;
  };
  for (const browser of installed) {
    // Some don't take a file without a name; then it has one for the moment.
    for (const hasLinks of [undefined, () => false]) {
      const made = await layOut(browser, sized(page, paper), { env, note: sayOnce, hasLinks });
      if (typeof made !== "string" && isOf(made, page)) return made;
      complaint = `"${browser}" could not read the page or made no PDF of it${typeof made === "string" ? made : ""}`;
    }
  }
  throw new UserError(complaint, ExitCode.failed, [OTHERWISE.replace(/^or /, "")]);
}

interface Surroundings {
  readonly env: Env;
  note(text: string): void;
  /** See handedFile. */
  readonly hasLinks: (() => boolean) | undefined;
}

/** What came out, be it a PDF or not; else its complaint. */
async function layOut(
  browser: string,
  page: string,
  { env, note, hasLinks }: Surroundings,
): Promise<Uint8Array | string> {
  const { folder, isInMemory, remove } = temporaryFolder(env, "print");
  const handed: HandedFile[] = [];
  const hand = (name: string, content?: string): HandedFile => {
    const make = () => handedFile(folder, name, FIRST_FREE + handed.length, content, hasLinks);
    const file = orDiskError("write", join(folder, name), make);
    handed.push(file);
    return file;
  };
  try {
    if (!isInMemory)
      note(`no file system in memory is found: until it is printed, the sheet is on the disk of "${folder}"`);
    const html = hand("sheet.html", page);
    const pdf = hand("sheet.pdf");
    const command = printToPdf(browser, pathToFileURL(html.path).href, pdf.path, join(folder, "profile"));
    // What it keeps beside its profile, dconf's file for one, is to be in the folder too.
    const names = OWN_FOLDERS.filter((name) => name !== "TMPDIR" || folder.length <= LONGEST_FOR_SOCKET);
    const own = Object.fromEntries(names.map((name) => [name, folder]));
    const end = await runTool(command, {
      env: { ...env, ...own },
      patience: PATIENCE.browser,
      limit: MOST_SAID,
      cwd: folder,
      descriptors: handed.flatMap(({ descriptor }) => descriptor ?? []),
    });
    const made = orDiskError("read", pdf.path, () => pdf.read(LARGEST_PDF));
    if (end.ok && made.length > 0) return made;
    return end.complaint === "" ? "" : `: ${end.complaint}`;
  } finally {
    for (const file of handed) file.close();
    remove();
  }
}

type Paper = NonNullable<PrintOptions["paper"]>;

/** A page that says no size of its own gets one, as the printer is told one too. */
function sized(page: string, paper: Paper): string {
  return page.replace("</style>", () => `@page { size: ${paper === "a4" ? "A4" : "letter"}; }\n</style>`);
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
    { env, patience: PATIENCE.lp, limit: MOST_SAID, input: pdf },
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
