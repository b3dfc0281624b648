/** Reads what the user has in front of them: the clipboard and the screen. */

import { asUserError, ExitCode, UserError, usageError } from "../base/errors.ts";
import { PICTURE_LIMITS, TEXT_LIMITS } from "../base/limits.ts";
import { urisIn } from "../formats/find-uris.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import type { Overrides } from "../otp/foreign-uri.ts";
import type { Clipboard } from "../ports/desktop.ts";
import { isInteractive, note, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { Found } from "./found.ts";
import { readPicture, UNREAD } from "./read-picture.ts";
import { readTextOrPictures } from "./text-pictures.ts";

export type DesktopNeeds = Needs<"stdout" | "stderr" | "terminal" | "screen" | "pictures">;

/** Reads the picture, or else the text. Some programs copy both: a spreadsheet, for one, adds a picture of the copied key. */
export async function readClipboard(
  overrides: Overrides,
  needs: Needs<"clipboard" | "pictures">,
): Promise<Found> {
  const { clipboard } = needs;
  const from = "the clipboard";
  const picture = await clipboard.picture(PICTURE_LIMITS.bytes);
  if (picture !== undefined) {
    try {
      const { enrollments, hasUnread } = await readPicture(picture, from, overrides, needs);
      return { from, enrollments, isPicture: true, hasUnread };
    } catch (error) {
      const inText = error instanceof UserError ? await foundInText(clipboard, overrides, needs) : undefined;
      if (inText === undefined) throw error;
      return inText;
    }
  }
  const text = await clipboard.text(TEXT_LIMITS.bytes);
  if (text === undefined) {
    throw new UserError("the clipboard holds neither a picture nor text", ExitCode.unreadable, [
      'copy the picture of the QR code ("Copy image" in most browsers), or the key',
      "or take it from the screen: twinseed add --screen",
    ]);
  }
  return readTextOrPictures(text, from, overrides, needs);
}

const KEY = /^\s*[A-Z2-7]{16,}=*\s*$/i;

/**
 * Reads the text that was copied along with a picture. Returns undefined if it has neither a URI nor a long key (most short
 * words are valid keys): then the picture's error is the one to report.
 */
async function foundInText(
  clipboard: Clipboard,
  overrides: Overrides,
  needs: Needs<"pictures">,
): Promise<Found | undefined> {
  try {
    const bytes = await clipboard.text(TEXT_LIMITS.bytes);
    const text = Buffer.from(bytes ?? []).toString("utf8");
    if (bytes === undefined || !(urisIn(text).length > 0 || KEY.test(text))) return undefined;
    return await readTextOrPictures(bytes, "the clipboard", overrides, needs);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const SCREEN_HINTS = [
  "the whole code must be in view, not covered by this terminal or by another window",
  'on the AWS page, choose "Show QR code" first: the box is covered until then',
  "on macOS, the terminal needs permission to record the screen (System Settings, Privacy & Security)",
];

/** `area`: "region", which the user drags, or "full"; `true` picks the usual one. */
export async function readScreen(
  area: string | true,
  overrides: Overrides,
  needs: DesktopNeeds,
): Promise<Found> {
  const from = "the picture of the screen";
  const kind = area === true ? await usualKind(needs) : area;
  if (kind !== "region" && kind !== "full") {
    throw usageError(
      '--screen takes "region" or "full", or nothing',
      "to read a file, leave out --screen: twinseed add FILE",
    );
  }
  if (kind === "region" && (await needs.screen.canSelect()))
    note(needs, "drag over the QR code with the mouse, including its white margin");
  const pictures = await needs.screen.capture(kind, PICTURE_LIMITS.bytes);
  return { from, enrollments: await readDisplays(pictures, from, overrides, needs), isPicture: true };
}

/** What is on any of the displays. If there is nothing on all of them, throws the error of the first. */
async function readDisplays(
  pictures: readonly Uint8Array[],
  from: string,
  overrides: Overrides,
  needs: DesktopNeeds,
): Promise<Enrollment[]> {
  const enrollments: Enrollment[] = [];
  const faults: UserError[] = [];
  for (const picture of pictures) {
    try {
      const content = await readPicture(picture, from, overrides, needs, SCREEN_HINTS);
      enrollments.push(...content.enrollments);
      if (content.hasUnread) warn(needs, `${from}: ${UNREAD}`);
    } catch (error) {
      faults.push(asUserError(error));
    }
  }
  const [fault] = faults;
  if (enrollments.length > 0 || fault === undefined) return enrollments;
  if ((await needs.screen.showsWindows()) !== false) throw fault;
  throw new UserError(
    `${from} shows only the wallpaper: macOS does not let this terminal record the screen`,
    ExitCode.unreadable,
    [
      "allow it in System Settings, Privacy & Security, Screen & System Audio Recording, and open a new terminal",
      "or press Shift-Control-Command-4, select the QR code, and read it from the clipboard: twinseed add --clipboard",
    ],
  );
}

async function usualKind(needs: Needs<"stdout" | "terminal" | "screen">): Promise<"region" | "full"> {
  return isInteractive(needs) && (await needs.screen.canSelect()) ? "region" : "full";
}
