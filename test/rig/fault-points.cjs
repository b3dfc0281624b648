/**
 * Loaded before the program (`node --require`), which is unaware of it. Counts every call with which the program changes anything
 * outside itself (files, its output, the keyring), and kills it (SIGKILL) at a given call:
 *
 *   RIG_DO=after   after call RIG_AT, counted from 1; failed calls and calls from within another call are not counted
 *   RIG_DO=torn    the same, but if the call is a write, it is only half done
 *
 * With RIG_MEET, a folder, the program waits before its first change of a path that contains RIG_MEET_AT until RIG_MEET_OF
 * processes have reached that point.
 *
 * When it is killed, a line is written to descriptor 3; otherwise the number of calls is written there at the end.
 */
"use strict";
const fs = require("node:fs");

// node:module and node:child_process are not loaded here: together they take longer than most commands.
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
    // A call that makes another one counts as one.
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

/** Milliseconds. Limited because one of the processes may be killed, or may notice at once that it is too late. */
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

/**
 * These modules work in other processes or threads: the kill may come before the work is done, or before the program notices
 * that.
 */
const WATCHED = { "node:child_process": watchGit, "@napi-rs/keyring": watchKeyring };
const load = Module._load;
Module._load = (request, ...others) => {
  const loaded = load(request, ...others);
  const [, watch] = Object.entries(WATCHED).find(([name]) => request.startsWith(name)) ?? [];
  return watch === undefined ? loaded : watch(loaded);
};

/** Git is not killed with the program; it continues. */
function watchGit({ spawn, ...others }) {
  return {
    ...others,
    spawn(command, args, ...options) {
      const child = spawn(command, args, ...options);
      const what = [command, ...args.filter((arg) => /^[a-z][a-z-]*$/.test(arg))].slice(0, 2).join(" ");
      // By then, its input has been sent.
      setImmediate(() => count(`${what} begun`));
      child.once("exit", () => count(`${what} done`));
      return child;
    },
  };
}

/** The keyring is accessed from a thread. */
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
