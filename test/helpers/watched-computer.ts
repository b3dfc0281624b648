/**
 * A computer that records everything twinseed starts, with arguments and environment: a hook in its process records what it
 * starts itself, and shims on the PATH record what those programs start. Node.js and libraries run with all debug output on.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Computer, computerIn } from "./binary.ts";
import { whereIs } from "./system-packages.ts";

/** The tools that the program may run, and those that they may start. `true`: the real tool is run. */
const TOOLS: Record<string, string | true> = {
  git: true,
  ssh: "exit 1",
  aws: AWS(),
  gpg: "exit 2",
  age: "exit 1",
  lp: "cat >/dev/null",
  chromium:
    'for one; do case $one in --print-to-pdf=*) out=$(echo "$one" | cut -d= -f2) ;; esac; page="$one"; done\n' +
    'echo "$page" >>"$TOOLS_LOG.pages"; t=$(sed -n "s/.*<title>\\([^<]*\\)<.*/\\1/p" "$(echo "$page" | cut -c8-)"); echo "%PDF-1.4 ($t)" >"$out"',
  xclip:
    'case "$*" in *TARGETS*) echo UTF8_STRING ;; *-out*) rev "$HOME/clipboard" ;; *) cat >/dev/null ;; esac',
  xsel: "cat >/dev/null",
  "wl-copy": "cat >/dev/null",
  "wl-paste": "exit 1",
  maim: "exit 1",
  scrot: "exit 1",
  grim: "exit 1",
  import: "exit 1",
  "notify-send": "true",
  "secret-tool": "exit 1",
  "xdg-open": "exit 1",
};

/** An AWS CLI that answers the requests of the tests; MFA codes arrive in a file. */
function AWS(): string {
  return `case "$1 $2" in
"sts get-caller-identity") echo '{"UserId":"A","Account":"123456789012","Arn":"arn:aws:iam::123456789012:user/me"}' ;;
"sts get-session-token") echo '{"Credentials":{"AccessKeyId":"ASIA1234567890EXAMPL","SecretAccessKey":"k","SessionToken":"t","Expiration":"2999-01-01T00:00:00+00:00"}}' ;;
"iam create-virtual-mfa-device")
  for one; do [ "$before" = --outfile ] && rev "$HOME/clipboard" | sed 's/.*secret=//; s/&.*//' >"$one"; before="$one"; done
  echo '{"VirtualMFADevice":{"SerialNumber":"arn:aws:iam::123456789012:mfa/me"}}' ;;
"iam list-mfa-devices") echo '{"MFADevices":[]}' ;;
"iam list-virtual-mfa-devices") echo '{"VirtualMFADevices":[]}' ;;
"iam generate-credential-report"|"iam get-credential-report")
  echo "An error occurred (AccessDenied) when calling the operation: not authorized" >&2
  exit 254 ;;
*) echo '{}' ;;
esac`;
}

/** For NODE_OPTIONS=--require. With BREAK=1, everything that computes with a key throws an error that quotes the key. */
const HOOK = `
const { appendFileSync } = require("fs");
const child = require("child_process");
const log = (file, args, env) =>
  appendFileSync(process.env.TOOLS_LOG, JSON.stringify([file, args, env]) + "\\n");
const { spawn } = child.ChildProcess.prototype;
child.ChildProcess.prototype.spawn = function (options) {
  log(options.file, options.args, options.envPairs);
  return spawn.call(this, options);
};
for (const name of ["spawnSync", "execFileSync", "execSync"]) {
  const original = child[name];
  child[name] = (...all) => (log(name, all.map(String), []), original(...all));
}
if (process.env.BREAK) {
  const crypto = require("crypto");
  const fail = (key) => {
    const text = Buffer.isBuffer(key) || key instanceof Uint8Array ? Buffer.from(key).toString("hex") : String(key);
    const error = new Error("a bug that quotes " + text);
    error.key = key;
    if (process.env.BREAK === "later") setImmediate(() => { throw error; });
    if (process.env.BREAK === "rejected") void Promise.reject(error);
    throw error;
  };
  const { createHmac } = crypto;
  crypto.createHmac = (algorithm, key) =>
    Buffer.byteLength(key) === 20 || Buffer.byteLength(key) === 32 ? fail(key) : createHmac(algorithm, key);
}
`;

export interface WatchedComputer extends Computer {
  /** What was started since the last call, as recorded: file, arguments and environment. */
  started(): string;
  readonly temporary: string;
  readonly runtime: string;
  readonly reports: string;
}

/** `clipboard` is its content. The fake AWS returns the seed in it. */
export function watchedComputer(
  home: string,
  clipboard: string,
  env: Readonly<Record<string, string>>,
): WatchedComputer {
  const [tools, log] = [join(home, "tools"), join(home, "tools.log")];
  const folders = {
    temporary: join(home, "tmp"),
    runtime: join(home, "run"),
    reports: join(home, "reports"),
  };
  for (const folder of [tools, ...Object.values(folders)])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, work] of Object.entries(TOOLS)) {
    const real = work === true ? `exec ${whereIs(name) ?? "false"} "$@"` : work;
    const note = `{ printf '%s ' "$0" "$@"; echo; tr '\\0' '\\n' </proc/$$/environ; } >>"$TOOLS_LOG"`;
    writeFileSync(join(tools, name), `#!/bin/sh\n${note}\n${real}\n`);
    chmodSync(join(tools, name), 0o755);
  }
  writeFileSync(join(home, "hook.cjs"), HOOK);
  writeFileSync(join(home, "clipboard"), [...clipboard].reverse().join("")); // reversed, so that a search does not find it here
  const options = ["--report-uncaught-exception", "--report-on-fatalerror", "--trace-warnings"];
  const computer = computerIn(home, {
    ...env,
    PATH: `${tools}:/usr/bin:/bin`,
    TOOLS_LOG: log,
    TMPDIR: folders.temporary,
    XDG_RUNTIME_DIR: folders.runtime,
    DISPLAY: ":none",
    DEBUG: "*",
    // Everything that may quote something; "*" would add the loading of modules, which is slow.
    NODE_DEBUG: "stream,stream_socket,net,tls,http,https,http2,child_process,fs,process,stdio,worker",
    GIT_TRACE: "1",
    BUN_OPTIONS: `--preload ${join(home, "hook.cjs")}`, // the same for the executable
    NODE_OPTIONS: [
      `--require ${join(home, "hook.cjs")}`,
      `--report-directory=${folders.reports}`,
      ...options,
    ].join(" "),
  });
  return {
    ...computer,
    ...folders,
    started() {
      const text = existsSync(log) ? readFileSync(log, "latin1") : "";
      writeFileSync(log, "");
      return text;
    },
  };
}
