/** What is in front of the person: the clipboard and the screen. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { PICTURE_LIMITS, TEXT_LIMITS } from "../base/limits.ts";
import type { Clipboard } from "../ports/desktop.ts";
import { isInteractive, note } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { Found } from "./found.ts";
import { readPicture } from "./read-picture.ts";
import { enrollmentsIn } from "./texts.ts";

export type DesktopNeeds = Needs<"stdout" | "stderr" | "terminal" | "screen" | "pictures">;

/** The picture, else the text. Some programs put both there: the picture of a key that was copied from a table. */
export async function readClipboard(needs: Needs<"clipboard" | "pictures">): Promise<Found> {
  const { clipboard } = needs;
  const from = "the clipboard";
  const picture = await clipboard.picture(PICTURE_LIMITS.bytes);
  if (picture !== undefined) {
    try {
      const { enrollments } = await readPicture(picture, from, needs);
      return { from, enrollments, isPicture: true };
    } catch (error) {
      const enrollments = error instanceof UserError ? await enrollmentsBeside(clipboard) : undefined;
      if (enrollments === undefined) throw error;
      return { from, enrollments, isPicture: false };
    }
  }
  const text = await clipboard.text(TEXT_LIMITS.bytes);
  if (text === undefined) {
    throw new UserError("there is neither a picture nor a text on the clipboard", ExitCode.unreadable, [
      'copy the picture of the QR code ("Copy image" in most browsers), or the key',
      "or take it from the screen: twinseed add --screen",
    ]);
  }
  return { from, enrollments: enrollmentsIn(text, from), isPicture: false };
}

const URI_OR_KEY = /^\s*(otpauth:|[A-Z2-7]{16,}=*\s*$)/i;

/** undefined where that text is none of ours (most short words would do as a key): then the fault is the picture's. */
async function enrollmentsBeside(clipboard: Clipboard): Promise<Found["enrollments"] | undefined> {
  try {
    const text = await clipboard.text(TEXT_LIMITS.bytes);
    const isOurs = text !== undefined && URI_OR_KEY.test(Buffer.from(text).toString("utf8"));
    return isOurs ? enrollmentsIn(text, "the clipboard") : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const SCREEN_HINTS = [
  "the whole code must be in view, not covered by this terminal or by another window",
  'on the AWS page, choose "Show QR code" first: the box is covered until then',
  "on macOS, the terminal needs the permission to record the screen (System Settings, Privacy & Security)",
];

/** A region, which a person drags, or everything; `true` leaves that to us. */
export async function readScreen(area: string | true, needs: DesktopNeeds): Promise<Found> {
  const from = "the picture of the screen";
  const kind = area === true ? await usualKind(needs) : area;
  if (kind !== "region" && kind !== "full") {
    throw usageError(
      '--screen takes "region" or "full", or nothing',
      "a file is named without it: twinseed add FILE",
    );
  }
  if (kind === "region" && (await needs.screen.canSelect()))
    note(needs, "drag over the QR code with the mouse, its white margin included");
  const picture = await needs.screen.capture(kind, PICTURE_LIMITS.bytes);
  const { enrollments } = await readPicture(picture, from, needs, SCREEN_HINTS);
  return { from, enrollments, isPicture: true };
}

async function usualKind(needs: Needs<"stdout" | "terminal" | "screen">): Promise<"region" | "full"> {
  return isInteractive(needs) && (await needs.screen.canSelect()) ? "region" : "full";
}
