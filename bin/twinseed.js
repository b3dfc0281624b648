#!/usr/bin/env node
/**
 * Starts the program. If Node has a cache of compiled code (22.8 and later), it goes into a folder that the user owns, so that
 * a global install owned by root gets faster too. Node runs what is in the cache unchecked: a folder that others could write to
 * is not used. NODE_DISABLE_COMPILE_CACHE=1 and NODE_COMPILE_CACHE (Node's own variables) have the last word.
 */
// Not stdout or stderr: to name one of them is to create it, which takes Node 2 ms.
const { argv, env, getuid, platform, versions } = process;

const [major, minor] = versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `twinseed: error: twinseed needs Node.js 20.19 or later, and this is ${versions.node}\n`,
  );
  process.stderr.write("twinseed: hint: install a newer Node.js: https://nodejs.org/en/download\n");
  process.exit(1);
}

if (major >= 22 && !env.NODE_COMPILE_CACHE) enableCache();

require("../dist/twinseed.cjs");

function enableCache() {
  const { enableCompileCache } = require("node:module");
  const { isAbsolute, join } = require("node:path");
  const { lstatSync, mkdirSync } = require("node:fs");
  const root = cacheRoot(env.HOME || "", join);
  if (enableCompileCache === undefined || root === undefined || !isAbsolute(root)) return;
  try {
    const folder = join(root, "twinseed");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    if (platform !== "win32" && (uid !== getuid() || (mode & 0o77) !== 0)) return;
    // The cache has the functions that the first run needed. Scripts run `code` all day, so that has a cache of its own, which
    // does not depend on the command that happens to run first.
    enableCompileCache(join(folder, argv[2] === "code" ? "code" : "other"));
  } catch {
    // No home, or no room: start without a cache.
  }
}

function cacheRoot(home, join) {
  if (platform === "win32") return env.LOCALAPPDATA;
  if (platform === "darwin") return join(home, "Library", "Caches");
  return env.XDG_CACHE_HOME || join(home, ".cache");
}
