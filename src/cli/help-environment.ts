/** `twinseed help environment`. */
import { Help } from "commander";
import { byReader, VARIABLES } from "../settings/environment.ts";

export function helpEnvironment(width: number): string {
  const help = new Help();
  help.helpWidth = width;
  const widest = Math.max(...VARIABLES.map(({ name }) => name.length));
  const groups = Array.from(byReader(), ([reader, variables]) => [
    `Read by ${reader}:`,
    ...variables.map(({ name, what }) => help.formatItem(name, widest, what, help)),
    "",
  ]);
  return ["Environment variables. An empty variable counts as not set.", "", ...groups.flat()].join("\n");
}
