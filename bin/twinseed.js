#!/usr/bin/env node
/**
 * Starts the program. If Node has a cache of compiled code (22.8 and later), it goes into a folder that the user owns, so that
 * a global install owned by root gets faster too. Node runs what is in the cache unchecked: a folder that others could write to
 * is not used. NODE_DISABLE_COMPILE_CACHE=1 and NODE_COMPILE_CACHE (Node's own variables) have the last word.
 */
const { existsSync, readdirSync } = require("node:fs");
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

// Whatever we were started with: all that we write is for this user alone, and so is what Node and other programs write for us.
process.umask(0o077);

if (major >= 22 && !env.NODE_COMPILE_CACHE) enableCache();

const start = () => require("../dist/twinseed.cjs");
if (isPlainCode() && mayBeUnlocked())
  require("../dist/unlocked.cjs")
    .printUnlockedCode(argv[3])
    .then((isPrinted) => isPrinted || start());
else start();

/** `code NAME`, without what makes Node print what it reads. */
function isPlainCode() {
  const [, , command, name, ...more] = argv;
  const isPlain = command === "code" && name && !name.startsWith("-") && more.length === 0;
  return isPlain && !env.NODE_DEBUG && !env.DEBUG;
}

/** Whether a process of the user's own may have opened the store (twinseed unlock), and makes the code. */
function mayBeUnlocked() {
  if (getuid === undefined) return false;
  const state =
    env.TWINSEED_STATE || `${absolute(env.XDG_STATE_HOME) || `${env.HOME}/.local/state`}/twinseed`;
  const runtime = absolute(env.XDG_RUNTIME_DIR) || `/run/user/${getuid()}`;
  const places = [`${runtime}/twinseed`, `${state}/unlocked`];
  try {
    return places.some(
      (place) => existsSync(place) && readdirSync(place).some((name) => name.endsWith(".sock")),
    );
  } catch {
    return false; // of another user
  }
}

function enableCache() {
  const { enableCompileCache } = require("node:module");
  const { dirname, isAbsolute, join } = require("node:path");
  const { lstatSync, mkdirSync, realpathSync, statSync } = require("node:fs");
  const root = cacheRoot(env.HOME || "", join);
  if (enableCompileCache === undefined || root === undefined || !isAbsolute(root)) return;
  try {
    const folder = join(root, "twinseed");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (platform !== "win32") {
      const { uid, mode } = lstatSync(folder);
      if (uid !== getuid() || (mode & 0o77) !== 0) return;
      // Nor could anyone put another folder in its place.
      for (let place = realpathSync(root); ; place = dirname(place)) {
        if (canBeReplacedIn(statSync(place))) return;
        if (place === dirname(place)) break;
      }
    }
    // The cache has the functions that the first run needed. Scripts run `code` all day, so that has a cache of its own, which
    // does not depend on the command that happens to run first.
    enableCompileCache(join(folder, argv[2] === "code" ? "code" : "other"));
  } catch {
    // No home, or no room: start without a cache.
  }
}

/** By a user who owns the folder above, or can write to it where it is not sticky, as /tmp is; not by our own group. */
function canBeReplacedIn({ uid, gid, mode }) {
  if (uid !== getuid() && uid !== 0) return true;
  const writable = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== process.getgid() && gid !== 0);
  return writable && (mode & 0o1000) === 0;
}

function cacheRoot(home, join) {
  if (platform === "win32") return env.LOCALAPPDATA;
  if (platform === "darwin") return join(home, "Library", "Caches");
  return absolute(env.XDG_CACHE_HOME) || join(home, ".cache");
}

/** As src/system/disk/xdg-folder.ts: another path is ignored. */
function absolute(path) {
  return path?.startsWith("/") ? path : undefined;
}
