// A stand-in for the keychain's binding. KEYCHAIN: a folder with a file for each entry. KEYCHAIN_SAYS: each call fails with this.
// KEYCHAIN_WINDOW: a named pipe; each call blocks its thread, as under a window, until something is written there.
const { existsSync, mkdirSync, promises, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const folder = process.env.KEYCHAIN;

async function answer() {
  if (process.env.KEYCHAIN_WINDOW) await promises.readFile(process.env.KEYCHAIN_WINDOW);
  if (process.env.KEYCHAIN_SAYS) throw new Error(process.env.KEYCHAIN_SAYS);
}

exports.AsyncEntry = class {
  constructor(service, user) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, `${service} ${user}`);
  }
  async getPassword() {
    await answer();
    return existsSync(this.file) ? readFileSync(this.file, "utf8") : null;
  }
  async setPassword(text) {
    await answer();
    writeFileSync(this.file, text);
  }
  async deletePassword() {
    await answer();
    rmSync(this.file, { force: true });
    return true;
  }
};
