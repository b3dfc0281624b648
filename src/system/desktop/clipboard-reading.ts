/**
 * Reads a picture or text from the clipboard. Any program may have put it there, so its size is bounded and its declared types
 * are not trusted.
 */

import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import { userFiles } from "../disk/user-files.ts";
import { howToInstall } from "../platform-hints.ts";
import { type Command, runTool, type ToolEnd } from "../programs/run-tool.ts";
import type { Env } from "../tool-environment.ts";
import type { ClipboardTool } from "./clipboard-tool.ts";
import { clipboardTool } from "./clipboard-tools.ts";

const PATIENCE = 10_000;
const FALLBACK_HINT = "save the picture and name the file: twinseed add FILE";

/** Preferred types first. Any other type of picture is left for the decoder to refuse, with an error that names it. */
const PICTURES = [
  /^image\/png$/,
  /^image\/(x-(ms-)?)?bmp$/,
  /^image\/jpe?g$/,
  /^image\/gif$/,
  /^image\/[\w.+-]+$/,
];
const TEXTS = [/^text\/plain;charset=utf-8$/i, /^UTF8_STRING$/, /^text\/plain$/, /^STRING$/];

/** Returns undefined if there is no picture. Throws UserError. */
export async function readPicture(
  env: Env,
  limit: number,
  platform: NodeJS.Platform = process.platform,
): Promise<Uint8Array | undefined> {
  const tool = clipboardTool(env, platform, FALLBACK_HINT);
  const { pictures } = tool;
  if (pictures === undefined) return undefined;
  if ("types" in pictures) {
    const type = firstOf(PICTURES, await typesOn(pictures.types, env));
    return type === undefined ? undefined : await output(pictures.as(type), env, limit);
  }
  const copied = pictures.file === undefined ? undefined : await copiedFile(pictures.file, env, limit);
  if (copied !== undefined) return copied;
  // Without a picture, osascript fails and powershell.exe prints nothing.
  const { output: printed } = await run(pictures.png, env, 2 * limit + 100);
  const text = Buffer.from(printed).toString("latin1");
  const encoded = pictures.encoding === "hex" ? /PNGf([0-9A-F]+)/i.exec(text)?.[1] : text.trim();
  return encoded ? Buffer.from(encoded, pictures.encoding) : undefined;
}

/** The content of the file that was copied, not of its icon. Any program may have put its path there. */
async function copiedFile(command: Command, env: Env, limit: number): Promise<Uint8Array | undefined> {
  const { ok, output: printed } = await run(command, env, TEXT_LIMITS.secretBytes);
  const path = Buffer.from(printed).toString("utf8").replace(/\n$/, "");
  if (!ok || !isAbsolute(path) || !statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  return userFiles.read(path, limit);
}

/** Returns undefined if there is no text. Throws UserError. */
export async function readText(
  env: Env,
  limit: number,
  platform: NodeJS.Platform = process.platform,
): Promise<Uint8Array | undefined> {
  const tool = clipboardTool(env, platform, FALLBACK_HINT);
  const text = await textWith(tool, { ...env, ...tool.env }, limit);
  if (text?.length) return text;
  if (tool.pictures === undefined) {
    throw new UserError(
      `"${tool.paste[0]}" found no text on the clipboard, and it can't read pictures`,
      ExitCode.unreadable,
      [`for a picture: ${howToInstall(platform, "xclip")}`],
    );
  }
  return undefined;
}

async function textWith(
  { pictures, paste }: ClipboardTool,
  env: Env,
  limit: number,
): Promise<Uint8Array | undefined> {
  if (pictures === undefined || "png" in pictures) return await output(paste, env, limit);
  const type = firstOf(TEXTS, await typesOn(pictures.types, env));
  return type === undefined ? undefined : await output(pictures.as(type), env, limit);
}

/** Returns [] if the clipboard is empty. */
async function typesOn(command: Command, env: Env): Promise<string[]> {
  const end = await run(command, env, TEXT_LIMITS.secretBytes);
  if (!end.ok && !/not available|no selection|nothing is copied/i.test(end.complaint))
    throw failed(command, end);
  return end.ok ? Buffer.from(end.output).toString("latin1").split(/\r?\n/) : [];
}

/** The first match in our order of preference, not in the clipboard's order. */
function firstOf(wanted: readonly RegExp[], types: readonly string[]): string | undefined {
  for (const shape of wanted) {
    const found = types.find((type) => shape.test(type));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function output(command: Command, env: Env, limit: number): Promise<Uint8Array> {
  const end = await run(command, env, limit);
  if (!end.ok) throw failed(command, end);
  return end.output;
}

function run(command: Command, env: Env, limit: number): Promise<ToolEnd> {
  return runTool(command, { env, patience: PATIENCE, limit });
}

function failed([command]: Command, { complaint }: ToolEnd): UserError {
  const why = complaint === "" ? "it failed" : complaint;
  return new UserError(`"${command}" could not read the clipboard: ${why}`, ExitCode.failed, [FALLBACK_HINT]);
}
