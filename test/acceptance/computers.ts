/**
 * The computers of the story, none of which has anything of the checkout: Alice's desk and Bob's, new Debian systems with twinseed's
 * Debian package and without Node.js, and Alice's laptop with Node.js and what npm installs. No command of theirs has a network; all
 * of them see /srv, where the repository is. Their clock stands still, at the time that the story says.
 */
import { execFile } from "node:child_process";
import { chownSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../helpers/binary.ts";
import { makeSystem, runIn, writeEntry } from "../helpers/debian-root.ts";
import { type Registry, startRegistry } from "./npm-registry.ts";
import { type Seat, sitDown } from "./seat.ts";

const run = promisify(execFile);

export interface Computers {
  readonly desk: Seat;
  readonly laptop: Seat;
  readonly bob: Seat;
  /** What is /srv inside. */
  readonly shared: string;
  /** In milliseconds. */
  now(): number;
  setClock(time: string): void;
  stop(): Promise<void>;
}

/** Loaded before the program, which reads the time once at each start. */
const CLOCK = `const at = Date.parse(require("node:fs").readFileSync("/srv/clock", "utf8"));
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length > 0 ? given : [at])); }
  static now() { return at; }
};
`;

/** A prompt, and in the terminal's title: how many prompts there were, and how the command before has ended. */
const BASHRC = `PS1='\\h$ '
PROMPT_COMMAND='printf "\\033]2;%s %s\\007" "$((++prompts))" "$?"'
`;

/** The user's number is the same everywhere, so that git takes the repository in /srv for their own. */
export const USER = 1000;

/** `folder`: an empty one for all of it. */
export async function makeComputers(folder: string): Promise<Computers> {
  const [shared, debian, node] = [join(folder, "shared"), join(folder, "debian"), join(folder, "node")];
  mkdirSync(shared);
  chownSync(shared, USER, USER);
  writeFileSync(join(shared, "clock.cjs"), CLOCK);
  writeFileSync(join(shared, "bashrc"), BASHRC);

  const seats: Seat[] = [];
  /** Scripts to go in as that person, with and without a network. */
  const entries = (hostname: string, person: string, system: string) => {
    const home = join(folder, `home-of-${hostname}`);
    mkdirSync(home);
    chownSync(home, USER, USER);
    const where = {
      shared: { [shared]: "/srv", [home]: `/home/${person}` },
      user: `${USER}:${USER}`,
      hostname,
    };
    const [offline, online] = [join(folder, hostname), join(folder, `${hostname}-online`)];
    writeEntry(offline, system, { ...where, offline: true });
    writeEntry(online, system, where);
    return { home, offline, online };
  };
  const seat = async (hostname: string, person: string, system: string): Promise<Seat> => {
    const { home, offline } = entries(hostname, person, system);
    const made = await sitDown(offline, home, person);
    seats.push(made);
    return made;
  };

  let clock = 0;
  const packages = join(folder, "packages");
  mkdirSync(packages);
  const [deb, registry] = await Promise.all([
    run(process.execPath, ["packaging/deb.mjs", "linux-x64"], { cwd: ROOT }),
    startRegistry(packages),
    makeSystem(debian, "apt", ["git", "libstdc++6"]),
  ]);
  const asRoot = join(folder, "as-root");
  writeEntry(asRoot, debian, { shared: { [shared]: "/srv" } });
  await runIn(asRoot, "useradd", "--no-create-home", "--shell", "/bin/bash", "alice");
  await run("cp", ["-a", debian, node]);

  const file = deb.stdout.trim();
  cpSync(join(ROOT, file), join(shared, basename(file)));
  await runIn(asRoot, "sh", "-c", "cd /srv && apt install ./twinseed_*_amd64.deb");

  await putNode(node);
  const { home, offline, online } = entries("laptop", "alice", node);
  await installByNpm(online, registry);
  const laptop = await sitDown(offline, home, "alice");
  seats.push(laptop);
  return {
    desk: await seat("desk", "alice", debian),
    laptop,
    bob: await seat("bobs", "bob", debian),
    shared,
    now: () => clock,
    setClock(time) {
      clock = Date.parse(time);
      writeFileSync(join(shared, "clock"), time);
    },
    async stop() {
      for (const { tmux } of seats) await tmux.stop();
    },
  };
}

/** The Node.js that runs the tests, with its npm; Debian's is too old. */
async function putNode(system: string): Promise<void> {
  const { stdout } = await run("npm", ["root", "--global"]);
  cpSync(process.execPath, join(system, "usr/bin/node"));
  mkdirSync(join(system, "usr/lib/node_modules"), { recursive: true });
  cpSync(join(stdout.trim(), "npm"), join(system, "usr/lib/node_modules/npm"), { recursive: true });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(system, "usr/bin/npm"));
}

/** As the README says to, where npm's own folder belongs to root. */
async function installByNpm(enter: string, { url, stop }: Registry): Promise<void> {
  const own = `cd && npm config set prefix ~/.local && npm install --global twinseed`;
  try {
    await runIn(enter, "sh", "-c", `export HOME=/home/alice NPM_CONFIG_REGISTRY=${url}; ${own}`);
  } finally {
    stop();
  }
}
