/**
 * A picture of the screen, taken by the system's own tool. It comes through a pipe if the tool can do that, otherwise through a
 * 0600 file in a 0700 folder, which is always deleted when we are done.
 */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { ScreenCapture } from "../../ports/desktop.ts";
import { codeOf, diskError } from "../disk/disk-error.ts";
import { temporaryFolder } from "../disk/temporary-folder.ts";
import { type Command, runTool, type ToolEnd } from "../programs/run-tool.ts";
import type { Env } from "../tool-environment.ts";
import { mayRecord, RECORDING_HINTS, REFUSED } from "./screen-permission.ts";
import { FILE, FILE_NAME, REGION, type Shot, shots } from "./screen-tools.ts";

const PATIENCE = { region: 120_000, full: 15_000 } as const;

export function systemScreen(env: Env, platform: NodeJS.Platform = process.platform): ScreenCapture {
  return {
    async canSelect() {
      try {
        return shots("region", env, platform).length > 0;
      } catch (error) {
        if (error instanceof UserError) return false;
        throw error;
      }
    },
    async capture(kind, limit) {
      const [first, ...others] = shots(kind, env, platform);
      // If the user cancels the selection, the next tool must not ask again.
      const alternatives = kind === "region" ? [] : others;
      let end = await take(first, kind, env, limit);
      for (const shot of alternatives) if ("complaint" in end) end = await take(shot, kind, env, limit);
      if ("pictures" in end) return end.pictures;
      throw noPicture(end, kind);
    },
    showsWindows: async () => (platform === "darwin" ? mayRecord(env) : undefined),
  };
}

type Attempt = { readonly pictures: Uint8Array[] } | { readonly command: string; readonly complaint: string };

async function take(
  shot: Shot | undefined,
  kind: "region" | "full",
  env: Env,
  limit: number,
): Promise<Attempt> {
  if (shot === undefined) throw new Error("shots() returns at least one or throws");
  const { folder, remove } = temporaryFolder(env, "screen");
  const run = (command: Command): Promise<ToolEnd> =>
    runTool(command, { env, patience: PATIENCE[kind], limit: limit * 2, cwd: folder });
  try {
    const file = join(folder, FILE_NAME);
    const region = shot.select === undefined ? "" : regionIn(await run(shot.select));
    if (region === undefined) return { command: shot.select?.[0] ?? "", complaint: "nothing was selected" };
    const [command, ...args] = shot.take;
    const filled = args.map((arg) => arg.replace(REGION, () => region).replace(FILE, () => file));
    const { ok, output, complaint } = await run([command, ...filled]);
    const found = ok ? picturesFrom(shot, output, folder, limit) : [];
    const pictures = found.filter((picture) => picture.length > 0);
    if (pictures.length === 0) return { command, complaint };
    if (pictures.some((picture) => picture.length > limit)) throw tooLarge(command, limit);
    return { pictures };
  } finally {
    remove();
  }
}

function regionIn({ ok, output }: ToolEnd): string | undefined {
  const text = Buffer.from(output).toString("latin1").trim();
  return ok && /^-?\d+,-?\d+ \d+x\d+$/.test(text) ? text : undefined;
}

function picturesFrom(
  { to, take: [command], more = [] }: Shot,
  output: Uint8Array,
  folder: string,
  limit: number,
): Uint8Array[] {
  if (to === "stdout") return [output];
  if (to === "base64") return [Buffer.from(Buffer.from(output).toString("latin1"), "base64")];
  return [FILE_NAME, ...more].flatMap((name) => pictureIn(join(folder, name), command, limit) ?? []);
}

function pictureIn(file: string, command: string, limit: number): Uint8Array | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    if (fstatSync(descriptor).size > limit) throw tooLarge(command, limit);
    return readFileSync(descriptor);
  } catch (error) {
    // No file is written if the user canceled.
    if (codeOf(error) === "ENOENT") return undefined;
    throw diskError(error, "read", file);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function tooLarge(command: string, limit: number): UserError {
  return new UserError(`"${command}" returned more than ${limit} bytes`, ExitCode.unreadable);
}

function noPicture(
  { command, complaint }: { command: string; complaint: string },
  kind: "region" | "full",
): UserError {
  const why = complaint === "" ? "" : `: ${complaint}`;
  return new UserError(`"${command}" did not take a picture of the screen${why}`, ExitCode.failed, [
    ...(REFUSED.test(complaint) ? RECORDING_HINTS : []),
    ...(kind === "region"
      ? ["drag over the QR code with the mouse, or capture the whole screen: twinseed add --screen full"]
      : []),
    "or save a screenshot and name the file: twinseed add FILE",
  ]);
}
