/** The entry point: answers --version before the other modules are even evaluated. */
import "./answer-version.ts";
import "./no-debug-output.ts";
import { main } from "./main.ts";

void main(process.argv.slice(2));
