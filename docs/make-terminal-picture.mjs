/**
 * Takes the README's picture: the commands run in a real terminal (xterm under Xvfb), photographed.
 *
 *   node docs/make-terminal-picture.mjs [--home FOLDER] [--out FILE] [--columns N] [--rows N] [--until TEXT] COMMAND...
 *   node docs/make-terminal-picture.mjs --home /tmp/demo "twinseed add aws.png" "twinseed audit"
 *
 * Each command is a line of shell, shown behind a prompt as if typed, and run in HOME=FOLDER with dist/ (npm run
 * build) as `twinseed` and with a file store, so that no keyring is asked. --until is for a last command that stays
 * on the screen, such as `qr`: a text that it prints. A seed in the picture is a seed given away.
 */
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const LARGEST = 100_000;
const DONE = "\x1b[0m\x1b[?25h"; // printed last, and invisible

const { values, positionals: commands } = parseArgs({
  allowPositionals: true,
  options: {
    home: { type: "string" },
    out: { type: "string", default: "docs/terminal.png" },
    columns: { type: "string", default: "92" },
    rows: { type: "string", default: "24" },
    until: { type: "string", default: DONE },
  },
});
if (commands.length === 0) throw new Error("which commands? see the top of this file");

const folder = mkdtempSync(join(tmpdir(), "twinseed-picture-"));
try {
  writeFileSync(join(folder, "twinseed"), `#!/bin/sh\nexec node '${resolve("bin/twinseed.js")}' "$@"\n`);
  chmodSync(join(folder, "twinseed"), 0o755);
  writeFileSync(join(folder, "session.sh"), sessionScript(commands));
  const { screenshot } = await xtermHarness();
  const picture = await screenshot({
    command: ["bash", join(folder, "session.sh")],
    ready: values.until,
    columns: Number(values.columns),
    rows: Number(values.rows),
    foreground: "#d8dee9",
    background: "#1d2129",
    fontSize: 12,
    padding: 14,
    env: {
      HOME: resolve(values.home ?? folder),
      PATH: `${folder}:${process.env.PATH}`,
      TWINSEED_STORE: "file",
      TWINSEED_PASSPHRASE: "only for the picture",
    },
  });
  writeFileSync(values.out, picture);
  const { size } = statSync(values.out);
  if (size > LARGEST) throw new Error(`${values.out} has ${size} bytes, more than ${LARGEST}`);
  console.log(`${values.out}: ${size} bytes`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A command that fails is part of the story. */
function sessionScript(lines) {
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const prompt = "\x1b[1;32m$\x1b[0m ";
  return [
    "cd",
    ...lines.flatMap((line) => [`printf '%s\\n' ${quote(prompt + line)}`, `eval ${quote(line)}`]),
    `printf '%s' ${quote(prompt + DONE)}`,
    "",
  ].join("\n");
}

/** The tests' own harness, which Node 20 can't import as it is. */
async function xtermHarness() {
  const { outputFiles } = await build({
    entryPoints: ["test/helpers/xterm.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
