/** Whether a program is on the PATH. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Env } from "./tool-environment.ts";

export function isInstalled(command: string, env: Env): boolean {
  return (env.PATH ?? env.Path ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}
