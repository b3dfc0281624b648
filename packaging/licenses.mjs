/** THIRD-PARTY.txt: the licenses of all bundled packages. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One chapter for each package that has a file in the bundle. */
export function licenses(modules) {
  const folders = new Set(
    modules.flatMap((module) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? []),
  );
  const chapters = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = readdirSync(folder, { recursive: true }).filter((file) =>
      /^(?!.*node_modules)(.*[\\/])?(licen[cs]e|copying|notice)[^\\/]*$(?<!\.[cm]?[jt]s)/i.test(file),
    );
    const inside = `docs/licenses/inside-${name.replaceAll("/", "-")}.txt`; // what its license leaves out, or that it has none
    const texts = [...files.map((file) => join(folder, file)), ...(existsSync(inside) ? [inside] : [])];
    if (texts.length === 0) throw new Error(`${folder} has no license`);
    return [`${name} ${version}`, ...texts.map((file) => readFileSync(file, "utf8").trim())].join("\n\n");
  });
  return `${chapters.join(`\n\n${"-".repeat(78)}\n\n`)}\n`;
}
