/**
 * Loaded before the program (node --require): says on stderr, once it ends, which files of dist/ it has loaded, and takes the place of
 * the keyring's binding, with the entries in the file that FAKE_KEYRING names.
 */
const { existsSync, readFileSync, writeFileSync, writeSync } = require("node:fs");
const Module = require("node:module");

const FILE = process.env.FAKE_KEYRING;
const entries = () => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {});

class AsyncEntry {
  constructor(_service, user) {
    this.user = user;
  }
  async getPassword() {
    return entries()[this.user] ?? null;
  }
  async setPassword(password) {
    writeFileSync(FILE, JSON.stringify({ ...entries(), [this.user]: password }));
  }
  async deletePassword() {
    const { [this.user]: password, ...rest } = entries();
    writeFileSync(FILE, JSON.stringify(rest));
    return password !== undefined;
  }
}

const load = Module._load;
Module._load = (name, ...rest) =>
  name.startsWith("@napi-rs/keyring") ? { AsyncEntry } : load(name, ...rest);

process.on("exit", () => {
  const loaded = Object.keys(require.cache).flatMap((path) => path.split(/[/\\]dist[/\\]/)[1] ?? []);
  writeSync(2, `loaded: ${loaded.join(" ")}\n`);
});
