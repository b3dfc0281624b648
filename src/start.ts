/** What runs first, and all that runs for --version: loading the rest takes longer. */
import { writeSync } from "node:fs";
import { VERSION } from "./version.ts";

const args = process.argv.slice(2);
if (!isAnswered()) void import("./main.ts").then(({ main }) => main(args));

function isAnswered(): boolean {
  if (args.length !== 1 || (args[0] !== "--version" && args[0] !== "-V")) return false;
  try {
    writeSync(1, `${VERSION}\n`);
    return true;
  } catch {
    return false; // main.ts knows what to do about a stdout that is closed or full
  }
}
