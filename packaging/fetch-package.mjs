/** Packages for other machines, which npm does not install here: each in the pinned version, and with the pinned hash. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const KEPT = "node_modules/.cache/packages";

/** Returns the folder of the unpacked package. `integrity` is as in package-lock.json. */
export function fetchPackage({ name, version, integrity }) {
  const folder = join(
    KEPT,
    `${name.replaceAll("/", "-")}-${version}-${integrity.slice(7, 23).replace(/\W/g, "_")}`,
  );
  if (existsSync(folder)) return folder;
  mkdirSync(KEPT, { recursive: true });
  const work = mkdtempSync(`${KEPT}/fetching-`);
  try {
    const pack = ["pack", `${name}@${version}`, "--ignore-scripts", "--json", "--pack-destination", work];
    const [{ filename }] = JSON.parse(
      execFileSync("npm", pack, { encoding: "utf8", shell: process.platform === "win32" }), // npm is a .cmd there
    );
    const file = join(work, filename);
    const found = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
    if (found !== integrity)
      throw new Error(`${name} ${version} is not the package that was pinned: its hash is ${found}`);
    execFileSync("tar", ["-xzf", filename], { cwd: work });
    renameSync(join(work, "package"), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}
