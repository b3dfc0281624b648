#!/usr/bin/env node
/**
 * Starts the program. Where Node has a cache of compiled code (22.8 and later), it goes into a folder of the user's own, so that
 * a global install that root owns gains too. What the cache holds is run as it is: a folder that others could write gets none.
 * NODE_DISABLE_COMPILE_CACHE=1 and NODE_COMPILE_CACHE (Node's own variables) have the last word.
 */
const { argv, env, exit, getuid, platform, stderr, versions } = process;

const [major, minor] = versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  stderr.write(`twinseed: error: twinseed needs Node.js 20.19 or later, and this is ${versions.node}\n`);
  stderr.write("twinseed: hint: install a newer Node.js: https://nodejs.org/en/download\n");
  exit(1);
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
    // The cache has the functions that the first run needed. What scripts run all day is not left to the chance of that.
    enableCompileCache(join(folder, argv[2] === "code" ? "code" : "other"));
  } catch {
    // No home, or no room: it starts without.
  }
}

function cacheRoot(home, join) {
  if (platform === "win32") return env.LOCALAPPDATA;
  if (platform === "darwin") return join(home, "Library", "Caches");
  return env.XDG_CACHE_HOME || join(home, ".cache");
}
