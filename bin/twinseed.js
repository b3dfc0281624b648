#!/usr/bin/env node
/**
 * Starts dist/twinseed.cjs, from V8's code cache where there is one: compiling anew is a sixth of `code NAME` (bench/README.md).
 *
 * What the cache holds is run as it is, so it may lie only where the program itself lies, in dist/cache/: whoever can write
 * there could as well change the program, and it goes with the program's folder. A folder that can't be written gets none.
 * One file for each file of the program and each Node, told by its binary, as two builds of one version may differ in what the
 * data refers to: the source that it was made from, and V8's data twice. V8 takes another source of the same length for the
 * same one, and damaged data for good; here, what differs from the program or from its twin does not count.
 * NODE_DISABLE_COMPILE_CACHE=1 (Node's own variable) turns it off.
 */
const { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { basename, dirname, join } = require("node:path");
const { Script } = require("node:vm");

const Module = module.constructor; // node:module has more, and takes longer to load than the program
const PROGRAM = join(__dirname, "..", "dist");
const LIBRARIES = join(PROGRAM, "lib");
const CACHE = join(PROGRAM, "cache");
const { argv, arch, env, execArgv, execPath, pid, versions } = process;

const node = statSync(execPath, { throwIfNoEntry: false }); // gone after an update, while something else still runs

if (node !== undefined && !env.NODE_DISABLE_COMPILE_CACHE) {
  const compile = Module.prototype._compile; // Node has no other way in before 22; v8-compile-cache takes this one too
  Module.prototype._compile = function (source, file, ...others) {
    if (dirname(file) !== PROGRAM && dirname(file) !== LIBRARIES)
      return compile.call(this, source, file, ...others);
    const script = compiled(source, file);
    return script.call(this.exports, this.exports, Module.createRequire(file), this, file, dirname(file));
  };
}

/** What was compiled anew. */
const fresh = [];

require("../dist/twinseed.cjs");

function compiled(source, filename) {
  const binary = `${node.size.toString(36)}-${Math.floor(node.mtimeMs).toString(36)}`;
  const place = join(CACHE, `${basename(filename)}-${versions.v8}-${arch}-${binary}`);
  const bytes = Buffer.from(source);
  const cachedData = read(place, bytes);
  const script = new Script(Module.wrap(source), { filename, cachedData });
  if (cachedData === undefined || script.cachedDataRejected) remember({ place, bytes, filename, script });
  return script.runInThisContext();
}

/**
 * At the end, when the functions that this run needs are compiled, if V8's options are then what they were. One listener:
 * Node warns of more than ten.
 */
function remember(one) {
  const { cachedDataVersionTag } = require("node:v8");
  if (fresh.push({ ...one, tag: cachedDataVersionTag() }) > 1) return;
  process.once("exit", () => {
    const now = cachedDataVersionTag();
    for (const { place, bytes, filename, script, tag } of fresh)
      if (tag === now && isTypical(filename)) write(place, bytes, script.createCachedData());
  });
}

/** The cache holds the functions that ran before it was made, and counts for the V8 options of that moment alone. */
function isTypical(filename) {
  if (execArgv.length > 0 || env.NODE_OPTIONS || env.NODE_V8_COVERAGE) return false;
  return basename(filename) !== "twinseed.cjs" || argv[2] === "code";
}

function read(place, source) {
  let content;
  try {
    content = readFileSync(place);
  } catch {
    return undefined;
  }
  const half = (content.length - source.length) / 2;
  if (half <= 0 || !Number.isInteger(half) || !content.subarray(0, source.length).equals(source)) return;
  const data = content.subarray(source.length, source.length + half);
  return data.equals(content.subarray(source.length + half)) ? data : undefined;
}

/** Where that can't be done (not ours to write, no room), the next run compiles as this one did. */
function write(place, source, data) {
  const beside = `${place}.${pid}`;
  try {
    mkdirSync(CACHE, { recursive: true });
  } catch {
    return;
  }
  try {
    writeFileSync(beside, Buffer.concat([source, data, data]), { flag: "wx", flush: true });
    renameSync(beside, place);
  } catch {
    rmSync(beside, { force: true });
  }
}
