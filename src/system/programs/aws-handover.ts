/**
 * How the AWS CLI gets MFA codes (--cli-input-json) and returns a seed (--outfile): it has an argument for codes, but every user of
 * the computer can read arguments. What `aws` starts may be a script of the user's, so the ways are tried before anything depends
 * on them.
 */
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { orDiskError } from "../disk/disk-error.ts";
import { type HandedFiles, namedPipes, privateFiles } from "../disk/handed-files.ts";
import { temporaryFolder } from "../disk/temporary-folder.ts";
import type { Env } from "../tool-environment.ts";
import { isInstalled, programPath } from "./find-program.ts";
import { runTool } from "./run-tool.ts";

export interface Handover {
  /** Options for the CLI that name the files. */
  readonly options: readonly string[];
  /** Where the CLI has to run; undefined: where we are. */
  readonly cwd: string | undefined;
  seed(limit: number): Uint8Array | undefined;
  /** Throws UserError if something is left. */
  close(): void;
}

export interface Handed {
  /** JSON. */
  readonly input: string | undefined;
  readonly seed: boolean;
}

export interface Way {
  readonly files: (folder: string, env: Env) => HandedFiles;
  /** Whether the CLI runs in the folder and gets the files' names only. */
  readonly isRelative: boolean;
}

const PIPES: Way = {
  files: (folder, env) => namedPipes(folder, (paths) => makePipes(paths, env)),
  isRelative: false,
};
const FILES: Way = { files: privateFiles, isRelative: false };
/** For a container that has the current folder, as AWS's own instructions for Docker have it, or a machine that has no pipes of ours. */
const FILES_IN_FOLDER: Way = { files: privateFiles, isRelative: true };

const INPUT = "input.json";
const SEED = "seed";
const PIPE_PATIENCE = 5000;

/** Best first. */
export function waysHere(env: Env, platform: NodeJS.Platform = process.platform): readonly [Way, ...Way[]] {
  const hasPipes = platform !== "win32" && isInstalled("mkfifo", env);
  return [hasPipes ? PIPES : FILES, FILES_IN_FOLDER];
}

export async function handOver({ input, seed }: Handed, way: Way, env: Env): Promise<Handover> {
  if (input === undefined && !seed) {
    return { options: [], cwd: undefined, seed: () => undefined, close() {} };
  }
  const { folder, remove } = temporaryFolder(env, "aws");
  const files = way.files(folder, env);
  const close = (): void => {
    files.close();
    remove();
  };
  const pathOf = (name: string): string => (way.isRelative ? name : join(folder, name));
  try {
    if (input !== undefined) await files.give(INPUT, input);
    if (seed) await files.expect(SEED);
  } catch (error) {
    close();
    throw error;
  }
  return {
    options: [
      ...(input === undefined ? [] : ["--cli-input-json", `file://${pathOf(INPUT)}`]),
      ...(seed ? ["--outfile", pathOf(SEED)] : []),
    ],
    cwd: way.isRelative ? folder : undefined,
    seed: (limit) =>
      seed ? orDiskError("read", join(folder, SEED), () => files.read(SEED, limit)) : undefined,
    close,
  };
}

/** The first way that the CLI can take. Asks no one at AWS. Throws UserError if there is none. */
export async function workingWay(env: Env, patience: number): Promise<Way> {
  const ways = waysHere(env);
  let complaint = "";
  for (const way of ways) {
    const fault = await faultOf(way, env, patience / ways.length);
    if (fault === undefined) return way;
    complaint ||= fault;
  }
  const program = printable(programPath("aws", env) ?? "aws", 300);
  throw new UserError(
    `"${program}" can't read the input that twinseed gives it: ${complaint}`,
    ExitCode.failed,
    [
      "nothing was created at AWS, and no code was used",
      "if it runs the AWS CLI in a container or as another user, put the AWS CLI itself first on PATH",
    ],
  );
}

/** Prints an empty skeleton if the CLI could read its input, twice, as it always does. */
async function faultOf(way: Way, env: Env, patience: number): Promise<string | undefined> {
  const { options, cwd, close } = await handOver({ input: "{}", seed: false }, way, env);
  try {
    const { ok, complaint } = await runTool(
      ["aws", "sts", "get-caller-identity", "--generate-cli-skeleton", "input", ...options],
      { env, patience, limit: SKELETON_BYTES, unattended: true, ...(cwd === undefined ? {} : { cwd }) },
    );
    return ok ? undefined : complaint || "it gives no reason";
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  } finally {
    close();
  }
}

const SKELETON_BYTES = 64 * 1024;

async function makePipes(paths: readonly string[], env: Env): Promise<void> {
  const limits = { env, patience: PIPE_PATIENCE, limit: SKELETON_BYTES };
  const { ok, complaint } = await runTool(["mkfifo", "-m", "600", ...paths], limits);
  if (!ok) throw new UserError(`"mkfifo" failed: ${complaint || "it gives no reason"}`, ExitCode.failed);
}
