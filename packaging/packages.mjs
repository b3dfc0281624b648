/** The packages that something is bundled from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `modules`: paths of files. By name; `folder` is where the package is, and `key` what package-lock.json calls it. */
export function packagesOf(modules) {
  const folders = new Set(
    modules.flatMap((module) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? []),
  );
  return [...folders].sort().map((folder) => {
    const { name, version, license, licenses } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    // An old way to write it is { "licenses": [{ "type": … }] }, which package-lock.json leaves out.
    const identifier =
      license ?? licenses.map(({ type }) => type.replace(/^Apache 2\.0$/, "Apache-2.0")).join(" OR ");
    return { name, version, license: identifier, folder, key: folder.slice(folder.indexOf("node_modules/")) };
  });
}
