/** A password store of pass or gopass: one encrypted file for each entry, decrypted by the user's own gpg. */

import { ExitCode, UserError } from "../base/errors.ts";
import { TEXT_LIMITS } from "../base/limits.ts";
import { printable } from "../base/printable.ts";
import { joinReadings } from "../formats/entries.ts";
import type { Reading } from "../formats/format.ts";
import { readPassEntry } from "../formats/pass.ts";
import { progressOf } from "../talk/progress.ts";
import { count } from "../talk/say.ts";
import type { Needs } from "../world.ts";

/** `names`: the files in the folder. Throws UserError (exit 5) if none can be decrypted. */
export async function readPassFolder(
  folder: string,
  names: readonly string[],
  needs: Needs<"stderr" | "clock" | "gpg">,
): Promise<Reading> {
  const sealed = names.filter((name) => name.endsWith(".gpg"));
  if (sealed.length === 0) {
    const hints = names.some((name) => name.endsWith(".age"))
      ? ["its entries are encrypted with age: decrypt them, and import the otpauth URIs as a list"]
      : ["name the export files one by one"];
    throw new UserError(
      "this folder holds no pass entries (files that end in .gpg)",
      ExitCode.unreadable,
      hints,
    );
  }
  const progress = progressOf("decrypting", needs);
  const readings: Reading[] = [];
  let failures = 0;
  for (const [i, name] of sealed.entries()) {
    const path = name.slice(0, -".gpg".length);
    try {
      const text = await needs.gpg.decrypt(`${folder}/${name}`, TEXT_LIMITS.bytes);
      readings.push(await readPassEntry(path, Buffer.from(text).toString("utf8")));
    } catch (error) {
      if (!(error instanceof UserError) || error.exitCode !== ExitCode.unreadable) throw error;
      failures += 1;
      if (failures === sealed.length) throw error;
      readings.push({ entries: [], skipped: [{ at: printable(path), who: "", reason: error.message }] });
    }
    progress.at(i + 1, sealed.length);
  }
  progress.end();
  const reading = joinReadings(readings);
  const without = sealed.length - reading.entries.length - reading.skipped.length;
  return {
    ...reading,
    notes: without > 0 ? [`${count(without, "entry", "entries")} without a one-time password`] : [],
  };
}
