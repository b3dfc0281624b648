/**
 * `npm run demo`: the main job in a throwaway folder, without a keyring and without prompts.
 * Each command is shown as you would type it, and runs the real program.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = join(root, "bin", "twinseed.js");
const folder = mkdtempSync(join(tmpdir(), "twinseed-demo-"));
const env = {
  ...process.env,
  TWINSEED_HOME: join(folder, "home"),
  TWINSEED_STORE: "file",
  TWINSEED_PASSPHRASE_FILE: join(folder, "passphrase"),
};
for (const name of ["TWINSEED_KEY", "TWINSEED_KEY_FILE", "TWINSEED_PASSPHRASE"]) delete env[name];

/** Runs one command as typed and returns its stdout; anything but success ends the demo. */
function twinseed(line, { quiet = false } = {}) {
  process.stdout.write(`\n$ twinseed ${line}\n`);
  const args = line.split(" ").map((word) => word.replace(/^phone\.png$/, join(folder, "phone.png")));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  process.stdout.write((quiet ? "" : stdout) + stderr.replaceAll(`${folder}/`, ""));
  if (status !== 0) throw new Error(`"twinseed ${line}" ended with exit code ${status}`);
  return stdout;
}

function say(text) {
  process.stdout.write(`\n# ${text}\n`);
}

try {
  writeFileSync(env.TWINSEED_PASSPHRASE_FILE, `${randomBytes(12).toString("base64url")}\n`, { mode: 0o600 });
  say("The seeds of this demo go into encrypted files in a throwaway folder:");
  process.stdout.write(
    "$ export TWINSEED_HOME=home TWINSEED_STORE=file TWINSEED_PASSPHRASE_FILE=passphrase\n",
  );

  say("A screenshot of the AWS page that shows the QR code of a virtual MFA device:");
  twinseed("add examples/aws-virtual-mfa.png --name aws-root");
  say("The code that AWS asks for at sign-in, and the two it asks for at enrollment:");
  twinseed("code aws-root");
  twinseed("code aws-root --pair");
  say("The QR code again, for the second device (at a terminal it is wiped from the screen afterwards):");
  twinseed("qr aws-root");
  twinseed("qr aws-root --output phone.png");
  say("A second device (here: another folder) enrolls from the redrawn QR code:");
  const first = twinseed("uri aws-root", { quiet: true });
  env.TWINSEED_HOME = join(folder, "second");
  process.stdout.write("\n$ export TWINSEED_HOME=second\n");
  twinseed("add phone.png --name aws-root");
  if (twinseed("uri aws-root", { quiet: true }) !== first)
    throw new Error("the redrawn QR code is not the same");
  say("Read back, the redrawn QR code is the same: issuer, label, type, digits, period and seed.");
  say("The throwaway folder is gone again.\n");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
