/** A private session bus with gnome-keyring, the one that the tests use. */
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./homes.mjs";
import { isInstalled } from "./measure.mjs";

/** `env` and `stop()`; undefined where a program for it is missing. */
export async function startSecretService() {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "test/helpers/secret-service.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
  });
  const url = `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`;
  const { SECRET_SERVICE_PROGRAMS, startSecretService: start } = await import(url);
  if (!SECRET_SERVICE_PROGRAMS.every((program) => isInstalled(program))) return undefined;
  return start({ state: "unlocked" });
}
