/** Ends the process if --version is the only argument: loading node:crypto alone would take longer. */
import { writeSync } from "node:fs";
import { VERSION } from "../base/version.ts";

const [option, ...others] = process.argv.slice(2);
if ((option === "--version" || option === "-V") && others.length === 0 && isWritten()) process.exit(0);

function isWritten(): boolean {
  try {
    writeSync(1, `${VERSION}\n`);
    return true;
  } catch {
    return false; // main.ts knows what to do about a stdout that is closed or full
  }
}
