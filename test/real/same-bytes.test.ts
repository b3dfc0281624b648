/** Anyone who builds a version gets the bytes that were published: in any folder, with any umask, on any Node.js. */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { gunzipSync } from "fflate";
import { afterAll, expect, it } from "vitest";
import { ROOT } from "../helpers/binary.ts";

const folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Other versions of Node.js to build with, as paths: OTHER_NODES=/opt/node24/bin/node. The release workflow compares 20 and 24. */
const OTHERS = (process.env.OTHER_NODES ?? "").split(delimiter).filter(Boolean);
const NOT_SOURCES = /^(\.git|node_modules|dist|standalone|coverage|fuzz-found)$/;

/** Builds a copy of the sources, and returns the tarball. */
function built(place: string, node: string, mode: number): Uint8Array {
  const sources = join(folder, place);
  for (const name of readdirSync(ROOT).filter((one) => !NOT_SOURCES.test(one) && !one.endsWith(".tgz")))
    cpSync(join(ROOT, name), join(sources, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(sources, "node_modules"), "junction");
  for (const entry of readdirSync(sources, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && !entry.parentPath.includes("node_modules"))
      chmodSync(join(entry.parentPath, entry.name), mode);
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const out = execFileSync(node, ["packaging/tarball.mjs"], { cwd: sources, env, encoding: "utf8" });
  const [, hash, name = ""] =
    /^([0-9a-f]{64}) {2}(\S+\.tgz)\n$/.exec(out.slice(out.lastIndexOf("\n", out.length - 2) + 1)) ?? [];
  expect(hash).toBeDefined();
  return readFileSync(join(sources, name));
}

it("two builds in two folders make the same tarball", () => {
  const first = built("a", process.execPath, 0o644);
  const second = built("some/where/else", process.execPath, 0o600);
  expect(Buffer.compare(first, second)).toBe(0);

  const tar = Buffer.from(gunzipSync(first)).toString("latin1");
  for (const place of [ROOT, folder]) expect(tar).not.toContain(place);
  expect(tar).toContain("package/dist/twinseed.cjs");
});

it.skipIf(OTHERS.length === 0)("other versions of Node.js make it, too (needs OTHER_NODES)", () => {
  const first = built("own", process.execPath, 0o644);
  for (const [i, node] of OTHERS.entries())
    expect([node, Buffer.compare(first, built(`other${i}`, node, 0o755))]).toEqual([node, 0]);
});
