/**
 * npm run deb -- TARGET…: Debian packages from folders that `npm run standalone` made, into standalone/. Prints the files. Needs
 * dpkg-deb. Everything of the program is in /usr/lib/twinseed, as the keyring binding has to lie next to the executable.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "fflate";
import { DEBIAN, debOf } from "./targets.mjs";

const OUTPUT = "standalone";

const { version, homepage } = JSON.parse(readFileSync("package.json", "utf8"));
const targets = process.argv.slice(2);
for (const target of targets.length > 0 ? targets : Object.keys(DEBIAN)) {
  if (!Object.hasOwn(DEBIAN, target)) {
    process.stderr.write(
      `no Debian package is made for "${target}", only for ${Object.keys(DEBIAN).join(", ")}\n`,
    );
    process.exit(2);
  }
  const work = mkdtempSync(join(OUTPUT, ".building-"));
  try {
    process.stdout.write(`${packed(target, work)}\n`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function packed(target, work) {
  const built = join(OUTPUT, `twinseed-${version}-${target}`);
  const root = join(work, "root");
  const into = (folder, name, content) => {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, name), content, { mode: 0o644 });
  };
  const textOf = (name) => readFileSync(join(built, name));
  mkdirSync(join(root, "usr/lib/twinseed"), { recursive: true });
  mkdirSync(join(root, "usr/bin"), { recursive: true });
  for (const name of ["twinseed", "keyring.node"])
    cpSync(join(built, name), join(root, "usr/lib/twinseed", name));
  symlinkSync("../lib/twinseed/twinseed", join(root, "usr/bin/twinseed"));
  into("usr/share/man/man1", "twinseed.1.gz", gzipSync(textOf("twinseed.1"), { level: 9, mtime: 0 }));
  into("usr/share/bash-completion/completions", "twinseed", textOf("completions/twinseed.bash"));
  into("usr/share/zsh/vendor-completions", "_twinseed", textOf("completions/_twinseed"));
  into("usr/share/fish/vendor_completions.d", "twinseed.fish", textOf("completions/twinseed.fish"));
  into("usr/share/doc/twinseed", "copyright", copyright(textOf("LICENSE.txt").toString("utf8")));
  into(
    "usr/share/doc/twinseed",
    "changelog.gz",
    gzipSync(readFileSync("CHANGELOG.md"), { level: 9, mtime: 0 }),
  );
  into(
    "usr/share/doc/twinseed",
    "THIRD-PARTY.txt.gz",
    gzipSync(textOf("THIRD-PARTY.txt"), { level: 9, mtime: 0 }),
  );
  into("DEBIAN", "control", control(DEBIAN[target], sizeOf(root)));
  const file = join(OUTPUT, debOf(target, version));
  const env = { ...process.env, SOURCE_DATE_EPOCH: "1767225600" }; // any, so that the same folder makes the same bytes
  execFileSync("chmod", ["-R", "u=rwX,go=rX", root]);
  execFileSync("dpkg-deb", ["--root-owner-group", "-Zzstd", "-z9", "--build", root, file], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return file;
}

/** The libraries are those that `readelf --dynamic` names for the executable and the keyring binding. */
function control(architecture, kilobytes) {
  return `Package: twinseed
Version: ${version}
Architecture: ${architecture}
Maintainer: twinseed maintainers <twinseed@users.noreply.github.com>
Installed-Size: ${kilobytes}
Depends: libc6 (>= 2.17), libgcc-s1 | libgcc1
Suggests: gnome-keyring | kwalletmanager | keepassxc, wl-clipboard | xclip, git, awscli
Section: utils
Priority: optional
Homepage: ${homepage.replace(/#.*/, "")}
Description: command-line TOTP authenticator: one seed, every device
 It keeps the seeds of two-factor logins in the system's keyring or in an
 encrypted file, prints their codes, and draws the QR code again for the next
 device, so that no account depends on one phone.
`;
}

function copyright(license) {
  return `Files: *
License: MIT

${license}
What other programs and libraries are in it, and their licenses: THIRD-PARTY.txt.gz in this folder.
`;
}

function sizeOf(folder) {
  return Number(
    /^\d+/.exec(execFileSync("du", ["-sk", "--apparent-size", folder], { encoding: "utf8" }))?.[0],
  );
}
