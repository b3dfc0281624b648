/** The library's types, for programs that import it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/** The types that tsc generates from src/library.ts. They must not need other files: none of those are shipped. */
export function libraryTypes() {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-types-"));
  try {
    const tsc = join(require.resolve("typescript/package.json"), "../bin/tsc");
    const options = "--strict --skipLibCheck --module nodenext --target es2023 --types node --ignoreConfig";
    const output = "--allowImportingTsExtensions --declaration --emitDeclarationOnly --outDir";
    const words = `src/library.ts ${options} ${output}`.split(" ");
    execFileSync(process.execPath, [tsc, ...words, folder], { stdio: "inherit" });
    const types = readFileSync(join(folder, "library.d.ts"), "utf8");
    if (/^(import|export .* from) |import\(/m.test(types))
      throw new Error("the library's types need other files");
    return types;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
