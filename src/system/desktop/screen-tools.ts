/** Which tools can take a picture of the screen on this system, in the order to try them. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { howToInstall } from "../platform-hints.ts";
import { isInstalled } from "../programs/find-program.ts";
import type { Command } from "../programs/run-tool.ts";
import type { Env } from "../tool-environment.ts";
import { POWERSHELL, printPng } from "./powershell.ts";

export interface ScreenTool {
  /** Of the whole screen. */
  readonly full: Shot;
  /** Of a region that the user selects by dragging. */
  readonly region?: Shot;
  /** What to install if the tool is missing. */
  readonly install: readonly string[];
}

export interface Shot {
  /** Prints the region, which replaces REGION in `take`. */
  readonly select?: Command;
  readonly take: Command;
  /** Where the picture goes. A file is called FILE_NAME and is in the working folder; its path replaces FILE. */
  readonly to: "stdout" | "base64" | "file";
  /** Files for the second display and more, also in the working folder. */
  readonly more?: readonly string[];
}

export const REGION = "{region}";
export const FILE = "{file}";
export const FILE_NAME = "screen.png";

const GRIM: ScreenTool = {
  full: { take: ["grim", "-"], to: "stdout" },
  region: { select: ["slurp"], take: ["grim", "-g", REGION, "-"], to: "stdout" },
  install: ["grim", "slurp"],
};
const MAIM: ScreenTool = {
  full: { take: ["maim", "--hidecursor"], to: "stdout" },
  region: { take: ["maim", "--hidecursor", "--select"], to: "stdout" },
  install: ["maim"],
};
// Not to stdout: scrot reopens /dev/stdout, which Linux refuses for Node's pipes. And a bare name, not a path: scrot expands %
// and $ in what it is given.
const SCROT: ScreenTool = {
  full: { take: ["scrot", FILE_NAME], to: "file" },
  region: { take: ["scrot", "--select", FILE_NAME], to: "file" },
  install: ["scrot"],
};
const IMPORT: ScreenTool = {
  full: { take: ["import", "-silent", "-window", "root", "png:-"], to: "stdout" },
  region: { take: ["import", "-silent", "png:-"], to: "stdout" },
  install: ["imagemagick"],
};
const SPECTACLE: ScreenTool = {
  full: { take: ["spectacle", "--background", "--nonotify", "--fullscreen", "--output", FILE], to: "file" },
  region: { take: ["spectacle", "--background", "--nonotify", "--region", "--output", FILE], to: "file" },
  install: ["kde-spectacle"],
};
const GNOME: ScreenTool = {
  full: { take: ["gnome-screenshot", `--file=${FILE}`], to: "file" },
  region: { take: ["gnome-screenshot", "--area", `--file=${FILE}`], to: "file" },
  install: ["gnome-screenshot"],
};
/** screencapture takes the first display only, unless there are more names; it makes no file for a display that is not there. */
const OTHER_DISPLAYS = [2, 3, 4, 5, 6, 7, 8].map((display) => `screen-${display}.png`);
const MAC: ScreenTool = {
  full: {
    take: ["screencapture", "-x", "-t", "png", FILE, ...OTHER_DISPLAYS],
    to: "file",
    more: OTHER_DISPLAYS,
  },
  region: { take: ["screencapture", "-x", "-i", "-t", "png", FILE], to: "file" },
  install: ["screencapture"],
};
// Without SetProcessDPIAware, Windows reports a smaller screen than there is, and the picture is cut off.
const WINDOWS: ScreenTool = {
  full: {
    take: [
      ...POWERSHELL,
      `Add-Type -Name Dpi -Namespace Ours -MemberDefinition '[DllImport("user32.dll")] public static extern bool SetProcessDPIAware();'; ` +
        "[Ours.Dpi]::SetProcessDPIAware() | Out-Null; Add-Type -AssemblyName System.Windows.Forms, System.Drawing; " +
        "$all = [Windows.Forms.SystemInformation]::VirtualScreen; " +
        "$picture = New-Object Drawing.Bitmap $all.Width, $all.Height; " +
        "[Drawing.Graphics]::FromImage($picture).CopyFromScreen($all.Location, [Drawing.Point]::Empty, $all.Size); " +
        printPng,
    ],
    to: "base64",
  },
  install: ["powershell.exe"],
};

/** The shots that can be taken here, best first. Throws UserError if there are none. */
export function shots(
  kind: "region" | "full",
  env: Env,
  platform: NodeJS.Platform = process.platform,
): Shot[] {
  const tools = toolsFor(env, platform);
  const available = tools.flatMap((tool) => {
    const shot = tool[kind];
    return shot !== undefined && isAvailable(shot, env) ? [shot] : [];
  });
  if (available.length > 0) return available;
  const [best] = tools;
  if (best === undefined) {
    throw new UserError("no screen: this is not a graphical session", ExitCode.failed, [
      "save a screenshot and name the file: twinseed add FILE",
    ]);
  }
  if (best.region === undefined && isAvailable(best.full, env)) {
    throw new UserError("selecting a region is not supported on Windows", ExitCode.usage, [
      "capture the whole screen: twinseed add --screen full",
      "or press Windows+Shift+S, select the QR code, and read it from the clipboard: twinseed add --clipboard",
    ]);
  }
  throw new UserError("no screenshot tool is installed", ExitCode.failed, [
    howToInstall(best === WINDOWS ? "win32" : platform, ...best.install),
  ]);
}

/**
 * On Wayland, each desktop lets only its own tool see the screen. xdg-desktop-portal is no alternative: it sends its answer to
 * the connection that asked and drops the request when that closes, and `gdbus call` and `busctl call` close theirs at once.
 */
function toolsFor(env: Env, platform: NodeJS.Platform): ScreenTool[] {
  if (platform === "darwin") return [MAC];
  if (platform === "win32" || env.WSL_DISTRO_NAME) return [WINDOWS];
  if (env.WAYLAND_DISPLAY) {
    const desktop = env.XDG_CURRENT_DESKTOP ?? "";
    if (/kde/i.test(desktop)) return [SPECTACLE, GRIM, GNOME];
    if (/gnome|unity/i.test(desktop)) return [GNOME, GRIM, SPECTACLE];
    return [GRIM, SPECTACLE, GNOME];
  }
  return env.DISPLAY ? [MAIM, SCROT, IMPORT, SPECTACLE, GNOME] : [];
}

function isAvailable({ select, take }: Shot, env: Env): boolean {
  return isInstalled(take[0], env) && (select === undefined || isInstalled(select[0], env));
}
