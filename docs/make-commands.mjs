/** Writes docs/commands.md: asks the commands themselves, none of which runs. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const { outputFiles } = await build({
  absWorkingDir: root,
  stdin: {
    contents: `
      import { commandsPage } from "./src/cli/commands-page.ts";
      import { commandLine } from "./src/cli/program.ts";
      process.stdout.write(commandsPage(await commandLine({})));`,
    resolveDir: root,
  },
  bundle: true,
  write: false,
  platform: "node",
  format: "esm",
  packages: "external",
  external: ["*/viewer.html"], // only recovery pages need it
  loader: { ".md": "text" },
});
const page = execFileSync(process.execPath, ["--input-type=module", "-"], {
  cwd: root, // where node_modules is
  input: outputFiles[0].contents,
  encoding: "utf8",
});
writeFileSync(new URL("commands.md", import.meta.url), page);
