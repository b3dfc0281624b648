/** Commands side by side: in each round every one runs once, in random order, so that a slow moment meets all alike. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Medians of wall time by name, in milliseconds. A command: `command` (words), `env`, and optionally `input`, `exitCode`
 * and `before`, which gets ready what the command uses up, outside of the time.
 */
export function measure(list, rounds) {
  const times = Object.fromEntries(Object.keys(list).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of shuffled(Object.keys(list))) {
      list[name].before?.();
      const time = run(list[name]);
      if (round > 0) times[name].push(time); // the first one warms the disk's cache, and V8's code cache
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

/** Milliseconds. Throws where it does not end as it should. */
export function run({ command: [program, ...args], env, input = "", exitCode = 0 }) {
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(program, args, { env, input, maxBuffer: 2 ** 26 });
  const time = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== exitCode) throw error ?? new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return time;
}

/** Most memory that one run held at once, in MB; undefined where GNU time is missing. */
export function peakMemory({ command, env, input = "", before }) {
  const time = "/usr/bin/time";
  if (!isInstalled("time", "/usr/bin")) return undefined;
  before?.();
  const { stderr } = spawnSync(time, ["-f", "%M", ...command], { env, input, encoding: "utf8" });
  return Number(stderr.trim().split("\n").at(-1)) / 1024;
}

export function isInstalled(program, path = process.env.PATH ?? "") {
  return path.split(delimiter).some((place) => {
    try {
      accessSync(join(place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export function shuffled(list) {
  return list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

export function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}
