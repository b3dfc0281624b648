/** Reads enrollments from pictures, stdin, an argument, or the user's typing. Decides nothing, stores nothing. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { PICTURE_LIMITS } from "../base/limits.ts";
import { looksLikeImage } from "../images/image-header.ts";
import type { Overrides } from "../otp/foreign-uri.ts";
import { isSurelyHex } from "../otp/key-text.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import { quoted, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { digestOf } from "./delete-files.ts";
import type { Found } from "./found.ts";
import { textAdvice, withNameAdvice } from "./not-a-picture.ts";
import { type DesktopNeeds, readClipboard, readScreen } from "./read-desktop.ts";
import { readPicture } from "./read-picture.ts";
import { enrollmentIn, uriIn } from "./read-text.ts";
import { readTextOrPictures } from "./text-pictures.ts";

export type SourcesNeeds = Needs<"stdin" | "files" | "clipboard"> & DesktopNeeds;

export interface SourceOptions {
  clipboard?: boolean;
  /** "region" or "full"; true if the option has no value. */
  screen?: string | true;
}

/** Throws UserError (exit 2) if sources can't be combined. */
export async function readSources(
  sources: readonly string[],
  { clipboard, screen }: SourceOptions,
  overrides: Overrides,
  needs: SourcesNeeds,
): Promise<Found[]> {
  if (sources.filter((source) => source === "-").length > 1)
    throw usageError('"-" (stdin) can be read only once');
  if ([sources.length > 0, clipboard, screen].filter(Boolean).length > 1) {
    throw usageError("--clipboard, --screen and named sources can't be combined", "add them one at a time");
  }
  if (clipboard) return [await readClipboard(overrides, needs)];
  if (screen !== undefined) return [await readScreen(screen, overrides, needs)];
  if (sources.length === 0) return [await askSource(overrides, needs)];
  if (sources.some(couldBeKey)) throw keyAsArgument();
  const found: Found[] = [];
  for (const source of new Set(sources)) found.push(...(await readSource(source, overrides, needs)));
  return found;
}

async function readSource(
  source: string,
  overrides: Overrides,
  needs: Needs<"stdin" | "stderr" | "files" | "pictures">,
): Promise<Found[]> {
  if (source === "-") return [await readStdin(overrides, needs)];
  if (isOtpauthUri(source) || /^(otpauth-migration|motp):/i.test(source)) {
    warn(needs, "a URI on the command line shows up in ps and in the shell history; better: twinseed add -");
    return [
      { from: "the argument", enrollments: [uriIn(source, "the argument", overrides)], isPicture: false },
    ];
  }
  const found: Found[] = [];
  for (const path of await needs.files.expand(source)) found.push(await readFile(path, overrides, needs));
  return found;
}

/** Never echoed: it may be one. */
function keyAsArgument(): UserError {
  return new UserError(
    "this looks like a secret key, and keys are not accepted as arguments",
    ExitCode.usage,
    ["type it at a hidden prompt: twinseed add", "or pipe it: twinseed add - --issuer NAME"],
  );
}

function couldBeKey(argument: string): boolean {
  if (argument.includes(".")) return false;
  const key = argument.replace(/[\s-]/g, "");
  return /^[A-Za-z2-7]{16,}=*(\/[A-Za-z2-7]{4})?$/.test(key) || (key.length >= 32 && isSurelyHex(key));
}

async function readFile(
  path: string,
  overrides: Overrides,
  needs: Needs<"files" | "pictures">,
): Promise<Found> {
  const image = await needs.files.read(path, PICTURE_LIMITS.bytes).catch((error: unknown) => {
    throw withNameAdvice(error, path);
  });
  const advice = textAdvice(image, path);
  const { enrollments, holdsMore, hasUnread } = await readPicture(
    image,
    quoted(path),
    overrides,
    needs,
  ).catch((error: unknown) => {
    throw advice.length > 0 && error instanceof UserError
      ? new UserError(error.message, error.exitCode, advice)
      : error;
  });
  const file = { path, digest: await digestOf(image), holdsMore: holdsMore || hasUnread };
  return { from: quoted(path), enrollments, isPicture: true, hasUnread, file };
}

async function readStdin(overrides: Overrides, needs: Needs<"stdin" | "pictures">): Promise<Found> {
  const bytes = await needs.stdin.readAll(PICTURE_LIMITS.bytes);
  if (bytes.length === 0) {
    throw new UserError("stdin is empty", ExitCode.unreadable, [
      "pipe a picture, otpauth URIs or a key into it, as in: twinseed add - < screenshot.png",
    ]);
  }
  if (!looksLikeImage(bytes)) return readTextOrPictures(bytes, "stdin", overrides, needs);
  const { enrollments, hasUnread } = await readPicture(bytes, "stdin", overrides, needs);
  return { from: "stdin", enrollments, isPicture: true, hasUnread };
}

/** Asks for a URI or key, hidden. */
async function askSource(overrides: Overrides, needs: Needs<"terminal">): Promise<Found> {
  const terminal = needs.terminal();
  if (terminal === undefined) {
    throw usageError(
      "nothing to add, and no terminal to ask on",
      "name a picture, or pipe it: twinseed add - < FILE",
    );
  }
  const text = await terminal.askHidden("otpauth URI or secret key (not shown): ");
  return {
    from: "the terminal",
    enrollments: [enrollmentIn(text, "what you typed", overrides)],
    isPicture: false,
  };
}
