/** macOS asks the user which apps may see some folders, no matter who owns their files. A refusal is EPERM. */
import { join, resolve, sep } from "node:path";

const PERSONAL = ["Desktop", "Documents", "Downloads", "Library/Mobile Documents", "Library/CloudStorage"];

/** What to say of a path that macOS refuses; undefined if this is not why. */
export function privacyAdvice(
  path: string,
  home: string,
  platform: string,
): { reason: string; hints: string[] } | undefined {
  if (platform !== "darwin") return undefined;
  const folders = [...PERSONAL.map((name) => join(home, name)), "/Volumes"];
  if (!folders.some((folder) => `${resolve(path)}${sep}`.startsWith(`${folder}${sep}`))) return undefined;
  return {
    reason: "macOS does not let this app into that folder",
    hints: [
      "allow it for your terminal in System Settings, Privacy & Security, Files and Folders, then open a new terminal",
      "from cron or launchd, node itself needs Full Disk Access there; or move the file to another folder",
    ],
  };
}
