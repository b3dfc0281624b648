/** Runs the shipped program as a process that is to be killed, at its n-th change or at some moment. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { BIN, type Computer } from "../helpers/binary.ts";

const FAULT_POINTS = fileURLToPath(new URL("fault-points.cjs", import.meta.url));
const HANGS_AFTER = 60_000;

/** How it is killed. Changes are counted from 1, milliseconds from the start. */
export type Death =
  | { readonly after: number }
  | { readonly torn: number }
  | { readonly milliseconds: number }
  | "none";

/** Each process waits before its first change until `of` of them are there, but not forever, because one may never arrive. */
export interface Meeting {
  readonly folder: string;
  /** It waits at the first change of a path that contains this; "/" matches any. */
  readonly at: string;
  readonly of: number;
}

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly wasKilled: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Where it was killed, or how many changes it made. */
  readonly trace: string;
  readonly ms: number;
}

export function runUntil(
  death: Death,
  computer: Computer,
  args: readonly string[],
  stdin = "",
  meeting?: Meeting,
): Promise<ProcessEnd> {
  const begin = performance.now();
  const env = { ...computer.env, ...pointOf(death), ...placeOf(meeting) };
  const child = spawn(process.execPath, ["--require", FAULT_POINTS, BIN, ...args], {
    cwd: computer.home,
    env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const texts = ["", "", "", ""];
  for (const i of [1, 2, 3])
    child.stdio[i]?.on("data", (bytes: Buffer) => {
      texts[i] += bytes.toString();
    });
  child.stdin?.on("error", () => {});
  child.stdin?.end(stdin);
  const late = setTimeout(() => child.kill("SIGKILL"), HANGS_AFTER);
  const timer =
    typeof death === "object" && "milliseconds" in death
      ? setTimeout(() => child.kill("SIGKILL"), death.milliseconds)
      : undefined;
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => {
      clearTimeout(timer);
      clearTimeout(late);
      const ms = performance.now() - begin;
      if (ms > HANGS_AFTER) return reject(new Error(`twinseed ${args.join(" ")} hung: ${texts[2]}`));
      const [, stdout = "", stderr = "", trace = ""] = texts;
      resolve({ exitCode, wasKilled: signal === "SIGKILL", stdout, stderr, trace: trace.trim(), ms });
    });
  });
}

function pointOf(death: Death): Record<string, string> {
  if (typeof death === "string" || "milliseconds" in death) return {};
  return "torn" in death
    ? { RIG_DO: "torn", RIG_AT: String(death.torn) }
    : { RIG_DO: "after", RIG_AT: String(death.after) };
}

function placeOf(meeting: Meeting | undefined): Record<string, string> {
  if (meeting === undefined) return {};
  return { RIG_MEET: meeting.folder, RIG_MEET_AT: meeting.at, RIG_MEET_OF: String(meeting.of) };
}
