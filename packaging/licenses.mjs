/** THIRD-PARTY.txt: the licenses of all bundled packages. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One chapter for each package. */
export function licenses(packages) {
  const chapters = packages.map(({ name, version, folder }) => {
    const files = readdirSync(folder, { recursive: true })
      .filter((file) =>
        /^(?!.*node_modules)(.*[\\/])?(licen[cs]e|copying|notice)[^\\/]*$(?<!\.[cm]?[jt]s)/i.test(file),
      )
      .sort(); // a disk lists them in an order of its own
    const inside = `docs/licenses/inside-${name.replaceAll("/", "-")}.txt`; // what its license leaves out, or that it has none
    const texts = [...files.map((file) => join(folder, file)), ...(existsSync(inside) ? [inside] : [])];
    if (texts.length === 0) throw new Error(`${folder} has no license`);
    return [`${name} ${version}`, ...texts.map((file) => readFileSync(file, "utf8").trim())].join("\n\n");
  });
  return `${chapters.join(`\n\n${"-".repeat(78)}\n\n`)}\n`;
}
