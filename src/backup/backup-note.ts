/** Recovery codes and notes in a backup. Pure. */
import { NOTE_LIMITS } from "../base/limits.ts";
import { isText, isTime, objectOf } from "../base/untrusted-json.ts";
import { parseEach } from "../base/untrusted-list.ts";
import type { KeptNote } from "../otp/plain-note.ts";

/** undefined if it is damaged. */
export function parseKept(value: unknown): KeptNote | undefined {
  const fields = objectOf(value);
  const texts = parseEach(fields?.texts, ({ text, by, at }) =>
    isText(text) && isText(by) && isTime(at) ? { text, by, at } : undefined,
  );
  const codes = parseEach(fields?.codes, ({ code, usedAt }) => {
    if (!isText(code) || (usedAt !== undefined && !isTime(usedAt))) return undefined;
    return usedAt === undefined ? { code } : { code, usedAt };
  });
  if (texts === undefined || codes === undefined) return undefined;
  const size = [...texts.map(({ text }) => text), ...codes.map(({ code }) => code)].join("").length;
  return size > NOTE_LIMITS.sealedBytes ? undefined : { texts, codes };
}
