/** macOS's clipboard. */
import type { ClipboardTool } from "./clipboard-tool.ts";

/**
 * Copies stdin. Clipboard managers leave out what has the type org.nspasteboard.ConcealedType (nspasteboard.org), and with the
 * option 1 (NSPasteboardContentsCurrentHostOnly) it does not go to the user's other devices. pbcopy can do neither.
 */
const COPY_SECRET = `ObjC.import("AppKit");
const bytes = $.NSFileHandle.fileHandleWithStandardInput.readDataToEndOfFile;
const text = $.NSString.alloc.initWithDataEncoding(bytes, $.NSUTF8StringEncoding);
const board = $.NSPasteboard.generalPasteboard;
board.prepareForNewContentsWithOptions(1);
board.setStringForType($(""), $("org.nspasteboard.ConcealedType"));
if (!board.setStringForType(text, $("public.utf8-plain-text"))) throw new Error("not copied");`;

export const MAC: ClipboardTool = {
  copy: ["pbcopy"],
  copySecret: ["osascript", "-l", "JavaScript", "-e", COPY_SECRET],
  paste: ["pbpaste"],
  clear: ["pbcopy"],
  pictures: {
    // Of a file that was copied in Finder, the clipboard has the icon as a picture.
    file: ["osascript", "-e", "POSIX path of (the clipboard as «class furl»)"],
    // Prints «data PNGf8950…»; the system converts other kinds of pictures to PNG.
    png: ["osascript", "-e", "get the clipboard as «class PNGf»"],
    encoding: "hex",
  },
  // Without a UTF-8 locale (launchd, tasks of an editor), pbcopy and pbpaste use MacRoman. All Macs have this one.
  env: { LC_ALL: "en_US.UTF-8" },
  install: "pbcopy",
};
