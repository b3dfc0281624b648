/**
 * In the executable, this stands for the package @napi-rs/keyring: the native half lies next to the executable. Bun would unpack
 * one that is inside it into the temporary folder, and leave it there.
 */
const { existsSync, realpathSync } = require("node:fs");
const { dirname, join } = require("node:path");

const file = join(dirname(realpathSync(process.execPath)), "keyring.node");
if (!existsSync(file)) throw new Error(`Cannot find native binding: there is no ${file}`);
try {
  process.dlopen(module, file);
} catch (error) {
  throw new Error(`Can't load the native binding: ${error instanceof Error ? error.message : ""}`);
}
