/**
 * npm run tarball: the package as it is published. `npm pack` chooses its files; then whatever depends on the machine is made
 * the same: the modes, which come from the umask that the sources were checked out with, and the compression, which differs
 * between versions of zlib. Prints the file's name and its SHA-256. Arguments are those of `npm pack`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "fflate";

const args = process.argv.slice(2);
const folder = args.includes("--pack-destination") ? args[args.indexOf("--pack-destination") + 1] : ".";
const packed = execFileSync("npm", ["pack", "--json", ...args], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
  shell: process.platform === "win32", // npm is a .cmd there
});
const [{ filename }] = JSON.parse(packed);
const path = join(folder, filename);
const bytes = gzipSync(sameModes(gunzipSync(readFileSync(path))), { level: 9, mtime: 0 });
writeFileSync(path, bytes);
process.stdout.write(`${createHash("sha256").update(bytes).digest("hex")}  ${filename}\n`);

/** 0755 for the command, and 0644 for everything else (the ustar format of POSIX.1-2017, pax). */
function sameModes(tar) {
  const BLOCK = 512;
  const text = (at, length) => Buffer.from(tar.subarray(at, at + length)).toString("latin1");
  const put = (at, value) => tar.set(Buffer.from(value), at);
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    put(at + 100, text(at, 100).startsWith("package/bin/") ? "000755 \0" : "000644 \0");
    put(at + 148, " ".repeat(8)); // the checksum counts itself as blanks
    const sum = tar.subarray(at, at + BLOCK).reduce((total, byte) => total + byte, 0);
    put(at + 148, `${sum.toString(8).padStart(6, "0")}\0 `);
    const size = Number.parseInt(text(at + 124, 12), 8);
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return tar;
}
