/** macOS's permission to record the screen. Without it, screencapture fails, or has nothing but the wallpaper and our own windows. */
import { UserError } from "../../base/errors.ts";
import { runTool } from "../programs/run-tool.ts";
import type { Env } from "../tool-environment.ts";

/** "could not create image from display", "… from rect" */
export const REFUSED = /could not create image/i;

export const RECORDING_HINTS: readonly string[] = [
  "on macOS, allow your terminal to record the screen: System Settings, Privacy & Security, Screen & System Audio Recording",
  "then open a new terminal; over ssh there is no screen to record",
];

const ASK = `ObjC.bindFunction("CGPreflightScreenCaptureAccess", ["bool", []]); $.CGPreflightScreenCaptureAccess()`;
const PATIENCE = 5000;

/** Asks without a window. undefined if the answer is neither yes nor no. */
export async function mayRecord(env: Env): Promise<boolean | undefined> {
  try {
    const { output } = await runTool(
      ["osascript", "-l", "JavaScript", "-e", `ObjC.import("CoreGraphics"); ${ASK}`],
      {
        env,
        patience: PATIENCE,
        limit: 1024,
      },
    );
    const answer = Buffer.from(output).toString("latin1").trim();
    return answer === "true" || answer === "1"
      ? true
      : answer === "false" || answer === "0"
        ? false
        : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
