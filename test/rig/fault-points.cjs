/**
 * Loaded in front of the program (`node --require`), which knows nothing of it. Counts every call by which it changes
 * anything outside of itself (files, its output, the keyring), and ends it (SIGKILL) at the one that was asked for:
 *
 *   RIG_DO=after   when call RIG_AT has been done; the first is 1. A call that fails, and that of another, is not counted.
 *   RIG_DO=torn    the same, but that a write has come half the way only
 *
 * With RIG_MEET, a folder, it waits before its first change of a path with RIG_MEET_AT in it until RIG_MEET_OF processes
 * have come as far.
 *
 * Descriptor 3 gets a line then; else, at the end, how many calls there were.
 */
"use strict";
const fs = require("node:fs");

// Neither node:module nor node:child_process is loaded for our sake: together they take longer than what most commands do.
const Module = module.constructor;

const at = Number(process.env.RIG_AT);
const isTorn = process.env.RIG_DO === "torn";
const meetingPlace = process.env.RIG_MEET;
const meetingPoint = process.env.RIG_MEET_AT ?? "";
const wanted = Number(process.env.RIG_MEET_OF);
for (const name of ["RIG_AT", "RIG_DO", "RIG_MEET", "RIG_MEET_AT", "RIG_MEET_OF"]) delete process.env[name];

const CHANGES = [
  "mkdirSync",
  "rmdirSync",
  "rmSync",
  "unlinkSync",
  "renameSync",
  "linkSync",
  "symlinkSync",
  "openSync",
  "writeSync",
  "writeFileSync",
  "fsyncSync",
  "utimesSync",
  "chmodSync",
];
const { O_CREAT } = fs.constants;
const { readdirSync, writeFileSync, writeSync } = fs;

let calls = 0;
let isInside = false;

for (const name of CHANGES) {
  const original = fs[name];
  fs[name] = (...args) => {
    // One that calls another is one.
    if (isInside || !isChange(name, args)) return original(...args);
    isInside = true;
    try {
      if (!hasMet && typeof args[0] === "string" && `${args[0]}/`.includes(meetingPoint)) meet();
      if (isTorn && calls + 1 === at && name.startsWith("write")) {
        tear(args);
        count(name, args);
      }
      const result = original(...args);
      count(name, args);
      return result;
    } finally {
      isInside = false;
    }
  };
}

/** Milliseconds: one of them may be killed, or learn at once that it comes too late. */
const LONGEST_WAIT = 400;
const still = new Int32Array(new SharedArrayBuffer(4));
let hasMet = meetingPlace === undefined;

function meet() {
  hasMet = true;
  writeFileSync(`${meetingPlace}/${process.pid}`, "");
  const until = Date.now() + LONGEST_WAIT;
  while (readdirSync(meetingPlace).length < wanted && Date.now() < until) Atomics.wait(still, 0, 0, 1);
}

function isChange(name, [, flags = "r"]) {
  return name !== "openSync" || (typeof flags === "number" ? (flags & O_CREAT) !== 0 : /[wa]/.test(flags));
}

function tear([file, content]) {
  const bytes = Buffer.from(content);
  writeSync(file, bytes, 0, bytes.length >> 1);
}

function count(name, args = []) {
  calls += 1;
  if (calls !== at) return;
  const path = args.filter((arg) => typeof arg === "string" && arg.startsWith("/")).at(-1);
  const target = typeof args[0] === "number" ? `descriptor ${args[0]}` : path;
  writeSync(3, `${calls} ${name} ${target ?? ""}\n`);
  process.kill(process.pid, "SIGKILL");
}

/** What the program takes from there does its work elsewhere: the kill may come before it is done, or before that is seen. */
const WATCHED = { "node:child_process": watchGit, "@napi-rs/keyring": watchKeyring };
const load = Module._load;
Module._load = (request, ...others) => {
  const loaded = load(request, ...others);
  const [, watch] = Object.entries(WATCHED).find(([name]) => request.startsWith(name)) ?? [];
  return watch === undefined ? loaded : watch(loaded);
};

/** Git is not killed with it, but goes on. */
function watchGit({ spawn, ...others }) {
  return {
    ...others,
    spawn(command, args, ...options) {
      const child = spawn(command, args, ...options);
      const what = [command, ...args.filter((arg) => /^[a-z][a-z-]*$/.test(arg))].slice(0, 2).join(" ");
      // Its input is on its way by then.
      setImmediate(() => count(`${what} begun`));
      child.once("exit", () => count(`${what} done`));
      return child;
    },
  };
}

/** What the keyring is told is told by a thread. */
function watchKeyring({ AsyncEntry, ...others }) {
  class Watched extends AsyncEntry {
    setPassword(password) {
      return around("setPassword", super.setPassword(password));
    }
    deletePassword() {
      return around("deletePassword", super.deletePassword());
    }
  }
  return { ...others, AsyncEntry: Watched };
}

function around(name, pending) {
  count(`${name} begun`);
  return pending.then((result) => {
    count(`${name} done`);
    return result;
  });
}

process.on("exit", () => writeSync(3, `${calls} calls\n`));
