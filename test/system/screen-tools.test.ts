import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shots } from "../../src/system/desktop/screen-tools.ts";
import { temporaryFolder } from "../helpers/child.ts";

function pathWith(...commands: string[]): string {
  const folder = temporaryFolder();
  for (const command of commands) {
    writeFileSync(join(folder, command), "");
    chmodSync(join(folder, command), 0o755);
  }
  return folder;
}

const LINUX = ["grim", "slurp", "maim", "scrot", "import", "spectacle", "gnome-screenshot"];
const all = [...LINUX, "screencapture", "powershell.exe"];
const wayland = { WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":0" };

describe("the screen's tools", () => {
  it.each([
    ["grim spectacle gnome-screenshot", wayland, "linux"],
    ["grim spectacle gnome-screenshot", { ...wayland, XDG_CURRENT_DESKTOP: "sway" }, "linux"],
    ["spectacle grim gnome-screenshot", { ...wayland, XDG_CURRENT_DESKTOP: "KDE" }, "linux"],
    ["gnome-screenshot grim spectacle", { ...wayland, XDG_CURRENT_DESKTOP: "ubuntu:GNOME" }, "linux"],
    ["maim scrot import spectacle gnome-screenshot", { DISPLAY: ":0" }, "linux"],
    ["powershell.exe", { ...wayland, WSL_DISTRO_NAME: "Debian" }, "linux"],
    ["screencapture", {}, "darwin"],
    ["powershell.exe", {}, "win32"],
  ] as const)("are %s with %j on %s", (commands, env, platform) => {
    const found = shots("full", { ...env, PATH: pathWith(...all) }, platform);
    expect(found.map(({ take }) => take[0]).join(" ")).toBe(commands);
  });

  it.each([
    ["slurp", wayland, "linux"],
    ["maim", { DISPLAY: ":0" }, "linux"],
    ["screencapture", {}, "darwin"],
  ] as const)("select a region with %s", (command, env, platform) => {
    const [shot] = shots("region", { ...env, PATH: pathWith(...all) }, platform);
    expect((shot?.select ?? shot?.take)?.[0]).toBe(command);
  });

  it("select nothing with half of a pair", () => {
    const env = { ...wayland, PATH: pathWith("grim", "gnome-screenshot") };
    expect(shots("region", env, "linux").map(({ take }) => take[0])).toEqual(["gnome-screenshot"]);
  });

  it.each([
    ["full", wayland, "linux", 'install the packages "grim" and "slurp"'],
    ["full", { ...wayland, XDG_CURRENT_DESKTOP: "KDE" }, "linux", 'install the package "kde-spectacle"'],
    ["full", { ...wayland, XDG_CURRENT_DESKTOP: "GNOME" }, "linux", 'install the package "gnome-screenshot"'],
    ["region", { DISPLAY: ":0" }, "linux", 'install the package "maim"'],
    ["full", {}, "linux", "save a screenshot and name the file: twinseed add FILE"],
  ] as const)("missing ones are named: %s with %j on %s", (kind, env, platform, hint) => {
    const missing = () => shots(kind, { ...env, PATH: pathWith("xterm") }, platform);
    expect(missing).toThrow(expect.objectContaining({ exitCode: 1, hints: [hint] }));
  });

  it("one that has only the first half of a pair is told what to install", () => {
    const env = { ...wayland, PATH: pathWith("grim") };
    expect(() => shots("region", env, "linux")).toThrow(
      expect.objectContaining({ exitCode: 1, hints: ['install the packages "grim" and "slurp"'] }),
    );
  });

  it("Windows selects regions by itself, on to the clipboard", () => {
    const windows = () => shots("region", { PATH: pathWith("powershell.exe") }, "win32");
    expect(windows).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
