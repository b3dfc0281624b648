#!/usr/bin/env node
/**
 * Starts the program. Where Node has a cache of compiled code (22.8 and later), it goes into a folder of the user's own, so that
 * a global install that root owns gains too. What the cache holds is run as it is: a folder that others could write gets none.
 * NODE_DISABLE_COMPILE_CACHE=1 and NODE_COMPILE_CACHE (Node's own variables) have the last word.
 */
const { isAbsolute, join } = require("node:path");
const { env, getuid, platform, versions } = process;

const cacheRoot =
  platform === "win32"
    ? env.LOCALAPPDATA
    : platform === "darwin"
      ? env.HOME && `${env.HOME}/Library/Caches`
      : env.XDG_CACHE_HOME || (env.HOME && `${env.HOME}/.cache`);

const isKnown = Number.parseInt(versions.node, 10) >= 22;
if (isKnown && cacheRoot && isAbsolute(cacheRoot) && !env.NODE_COMPILE_CACHE)
  enableCache(join(cacheRoot, "twinseed"));

require("../dist/twinseed.cjs");

function enableCache(folder) {
  const { enableCompileCache } = require("node:module");
  if (enableCompileCache === undefined) return;
  const { lstatSync, mkdirSync } = require("node:fs");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    if (platform !== "win32" && (uid !== getuid() || (mode & 0o77) !== 0)) return;
    enableCompileCache(folder);
  } catch {
    // No home, or no room: it starts without.
  }
}
