/** A registry of npm's on this computer: it has twinseed as it would be published, and what that needs, as it is installed here. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../helpers/binary.ts";

const run = promisify(execFile);

export interface Registry {
  readonly url: string;
  stop(): void;
}

/** `folder` gets the packages. */
export async function startRegistry(folder: string): Promise<Registry> {
  const { stdout } = await run(
    process.execPath,
    ["packaging/tarball.mjs", "--ignore-scripts", "--pack-destination", folder],
    {
      cwd: ROOT,
    },
  );
  const ours = stdout.trim().split(/\s+/).at(-1) ?? "";
  const needed = await Promise.all(
    Object.entries(installed()).map(async ([name, version]) => {
      const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
      const packed = await run("npm", [...pack, join(ROOT, "node_modules", name)], { cwd: folder });
      const [{ filename }] = JSON.parse(packed.stdout);
      return { name, version, file: String(filename) };
    }),
  );
  const { version } = manifestIn(ROOT);
  const packages = [{ name: "twinseed", version, file: ours }, ...needed];

  const server = createServer(({ url = "" }, response) => {
    const path = decodeURIComponent(url.slice(1));
    const one = packages.find(({ name, file }) => name === path || file === path);
    if (one === undefined) response.writeHead(404).end("{}");
    else if (one.file === path) response.end(readFileSync(join(folder, one.file)));
    else response.end(JSON.stringify(described(one, `http://${response.req.headers.host}/`)));
  });

  function described({ name, version, file }: (typeof packages)[number], base: string) {
    const manifest = manifestIn(name === "twinseed" ? ROOT : join(ROOT, "node_modules", name));
    const integrity = `sha512-${createHash("sha512")
      .update(readFileSync(join(folder, file)))
      .digest("base64")}`;
    const dist = { tarball: `${base}${file}`, integrity };
    return { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, stop: () => server.close() };
}

interface Manifest {
  readonly version: string;
  readonly dependencies?: object;
  readonly optionalDependencies?: object;
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** The dependencies and theirs, as far as they are there: those for other systems are not. */
function installed(): Record<string, string> {
  const found: Record<string, string> = {};
  const look = (names: readonly string[]): void => {
    for (const name of names) {
      try {
        const {
          version,
          dependencies = {},
          optionalDependencies = {},
        } = manifestIn(join(ROOT, "node_modules", name));
        found[name] = version;
        look(Object.keys({ ...dependencies, ...optionalDependencies }));
      } catch {
        // for another system
      }
    }
  };
  look(Object.keys(manifestIn(ROOT).dependencies ?? {}));
  return found;
}
