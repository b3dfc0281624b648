/** Which tool reaches the clipboard here. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ExitCode, UserError } from "../errors.ts";

type Env = Readonly<Record<string, string | undefined>>;
type Command = readonly [command: string, ...args: string[]];

export interface ClipboardTool {
  /** Takes the text from stdin. */
  readonly copy: Command;
  /** Prints the text. */
  readonly paste: Command;
  /** Given an empty stdin. */
  readonly clear: Command;
  /** What to install where it is missing. */
  readonly install: string;
}

const POWERSHELL = ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command"] as const;

const WAYLAND: ClipboardTool = {
  copy: ["wl-copy"],
  paste: ["wl-paste", "--no-newline"],
  clear: ["wl-copy", "--clear"],
  install: "wl-clipboard",
};
const XCLIP: ClipboardTool = {
  copy: ["xclip", "-selection", "clipboard", "-in"],
  paste: ["xclip", "-selection", "clipboard", "-out"],
  clear: ["xclip", "-selection", "clipboard", "-in"],
  install: "xclip",
};
const XSEL: ClipboardTool = {
  copy: ["xsel", "--clipboard", "--input"],
  paste: ["xsel", "--clipboard", "--output"],
  clear: ["xsel", "--clipboard", "--clear"],
  install: "xsel",
};
const MAC: ClipboardTool = { copy: ["pbcopy"], paste: ["pbpaste"], clear: ["pbcopy"], install: "pbcopy" };
const WINDOWS: ClipboardTool = {
  copy: ["clip.exe"],
  paste: [...POWERSHELL, "Get-Clipboard -Raw"],
  clear: [...POWERSHELL, "Set-Clipboard -Value $null"],
  install: "clip.exe",
};

/** Throws UserError where there is no clipboard, or nothing installed to reach it. */
export function clipboardTool(env: Env, platform: NodeJS.Platform = process.platform): ClipboardTool {
  const candidates = candidatesFor(env, platform);
  const found = candidates.find(({ copy, paste }) => isInstalled(copy[0], env) && isInstalled(paste[0], env));
  if (found !== undefined) return found;
  if (candidates.length === 0) {
    throw new UserError("there is no clipboard here: no graphical session", ExitCode.failed, [
      "leave --copy out to print instead",
    ]);
  }
  throw new UserError("nothing is installed that can reach the clipboard", ExitCode.failed, [
    `install the package "${candidates[0]?.install}"`,
  ]);
}

function candidatesFor(env: Env, platform: NodeJS.Platform): ClipboardTool[] {
  if (platform === "darwin") return [MAC];
  if (platform === "win32") return [WINDOWS];
  return [
    ...(env.WSL_DISTRO_NAME ? [WINDOWS] : []),
    ...(env.WAYLAND_DISPLAY ? [WAYLAND] : []),
    ...(env.DISPLAY ? [XCLIP, XSEL] : []),
  ];
}

function isInstalled(command: string, env: Env): boolean {
  return (env.PATH ?? env.Path ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}
