/** Which tool can access the clipboard on this system. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { howToInstall } from "../platform-hints.ts";
import { isInstalled } from "../programs/find-program.ts";
import type { Env } from "../tool-environment.ts";
import type { ClipboardTool } from "./clipboard-tool.ts";
import { MAC } from "./mac-clipboard.ts";
import { POWERSHELL, printPng } from "./powershell.ts";

const WAYLAND: ClipboardTool = {
  copy: ["wl-copy"],
  // Offers KDE's hint for password managers, too; wl-clipboard before 2.2 does not know it.
  copySecret: ["wl-copy", "--sensitive"],
  paste: ["wl-paste", "--no-newline"],
  clear: ["wl-copy", "--clear"],
  pictures: {
    types: ["wl-paste", "--list-types"],
    as: (type) => ["wl-paste", "--no-newline", "--type", type],
  },
  install: "wl-clipboard",
};
const XCLIP: ClipboardTool = {
  copy: ["xclip", "-selection", "clipboard", "-in"],
  paste: ["xclip", "-selection", "clipboard", "-out"],
  clear: ["xclip", "-selection", "clipboard", "-in"],
  pictures: {
    types: ["xclip", "-selection", "clipboard", "-out", "-target", "TARGETS"],
    as: (type) => ["xclip", "-selection", "clipboard", "-out", "-target", type],
  },
  install: "xclip",
};
const XSEL: ClipboardTool = {
  copy: ["xsel", "--clipboard", "--input"],
  paste: ["xsel", "--clipboard", "--output"],
  clear: ["xsel", "--clipboard", "--clear"],
  install: "xsel",
};
const WINDOWS: ClipboardTool = {
  copy: ["clip.exe"],
  paste: [...POWERSHELL, "[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-Clipboard -Raw"],
  clear: [...POWERSHELL, "Set-Clipboard -Value $null"],
  pictures: {
    png: [
      ...POWERSHELL,
      `Add-Type -AssemblyName System.Drawing; $picture = Get-Clipboard -Format Image; if ($picture) { ${printPng} }`,
    ],
    encoding: "base64",
  },
  install: "clip.exe",
};

/** Whether this is a graphical session, or a system that always has a clipboard. */
export function hasClipboard(env: Env, platform: NodeJS.Platform): boolean {
  return candidatesFor(env, platform).length > 0;
}

/** Throws UserError if there is no clipboard (`fallback` is the hint then) or no clipboard tool is installed. */
export function clipboardTool(
  env: Env,
  platform: NodeJS.Platform = process.platform,
  fallback = "omit --copy to print instead",
): ClipboardTool {
  const candidates = candidatesFor(env, platform);
  const found = candidates.find(({ copy, paste }) => isInstalled(copy[0], env) && isInstalled(paste[0], env));
  if (found !== undefined) return found;
  const [best] = candidates;
  if (best === undefined) {
    throw new UserError("no clipboard: this is not a graphical session", ExitCode.failed, [fallback]);
  }
  throw new UserError("no clipboard tool is installed", ExitCode.failed, [
    howToInstall(best === WINDOWS ? "win32" : platform, best.install),
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
