/** The man page. The commands themselves are asked; a world is for their actions, none of which runs. */
import { execFileSync } from "node:child_process";

export const manPage = {
  source: `
    import { commandLine } from "./src/cli/program.ts";
    import { manPage } from "./src/cli/man-page.ts";
    import { VERSION } from "./src/base/version.ts";
    commandLine({}).then((program) => process.stdout.write(manPage(program, VERSION)));`,
  /** What the bundled source prints. */
  run: (bundled) => execFileSync(process.execPath, ["-"], { input: bundled, encoding: "utf8" }),
};
