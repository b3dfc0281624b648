import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { contentOf, contentOfText } from "../../src/qr/content.ts";
import { pixelsOfDrawing } from "../../src/qr/rendered.ts";
import { colored, drawText, drawTextPacked } from "../../src/qr/terminal-drawing.ts";
import { drawContent, fitDrawing } from "../../src/qr/window.ts";
import { times } from "../helpers/times.ts";
import { awsRoot } from "./aws-root.ts";
import { enrollments, plain } from "./enrollments.ts";
import { readByZxing } from "./second-reader.ts";

const sizes = (drawings: readonly { columns: number; rows: number }[]) =>
  drawings.map(({ columns, rows }) => `${columns}x${rows}`);
const named = (label: string): Enrollment => ({ ...awsRoot, label });

describe("drawings", () => {
  it("of an AWS account: whole, without issuer, and packed", async () => {
    expect(formatOtpauthUri(named("alice@123456789012"), "short")).toHaveLength(160);
    expect(sizes(await drawContent(contentOf(named("alice@123456789012"))))).toEqual([
      "51x26",
      "43x22",
      "43x22",
    ]);
    expect(formatOtpauthUri(awsRoot, "short")).toHaveLength(178);
    expect(sizes(await drawContent(contentOf(awsRoot)))).toEqual(["51x26", "47x24", "43x22"]);
  });

  it("are half blocks of one width, with a light module on each side", async () => {
    for (const { lines, columns, rows } of [await drawText("otpauth"), await drawTextPacked("otpauth")]) {
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(line).toMatch(new RegExp(`^[█▄][ ▀▄█]{${columns - 2}}[█▄]$`));
      expect(lines[0]).toMatch(/^[█▄]+$/);
      expect(lines.at(-1)).toMatch(/^[▄█]+$/);
    }
  });

  it("say every enrollment, field by field, to another reader too", { timeout: times(120_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(enrollments, async (enrollment) => {
        for (const drawing of await drawContent(contentOf(enrollment))) {
          const [text, ...others] = await readByZxing(pixelsOfDrawing(drawing));
          expect(others).toEqual([]);
          expect(plain(parseOtpauthUri(text ?? ""))).toEqual(plain(enrollment));
        }
      }),
      { numRuns: times(12) },
    );
  });

  it("have one text for what is no enrollment", async () => {
    const text =
      "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZSAB";
    for (const drawing of await drawContent(contentOfText(text)))
      expect(await readByZxing(pixelsOfDrawing(drawing))).toEqual([text]);
  });
});

describe("colors", () => {
  it("are forced and taken back on every line", async () => {
    const drawing = await drawText("otpauth");
    for (const [colors, force] of [
      [256, "\x1b[38;5;231;48;5;16m"],
      [16, "\x1b[97;40m"],
    ] as const)
      expect(colored(drawing, colors)).toEqual(drawing.lines.map((line) => `${force}${line}\x1b[0m`));
  });
});

describe("a window", () => {
  it("gets the first drawing that it has room for", async () => {
    const drawings = await drawContent(contentOf(awsRoot));
    const chosen = (columns: number, rows: number) => {
      const fit = fitDrawing(drawings, { columns, rows }, 2);
      return fit.fits ? drawings.indexOf(fit.drawing) : fit.needed;
    };
    expect(chosen(51, 28)).toBe(0);
    expect(chosen(50, 28)).toBe(1);
    expect(chosen(80, 26)).toBe(1);
    expect(chosen(80, 25)).toBe(2);
    expect(chosen(80, 24)).toBe(2);
    expect(chosen(80, 23)).toEqual({ columns: 43, rows: 24 });
    expect(chosen(42, 50)).toEqual({ columns: 43, rows: 24 });
  });
});

describe("a label that is too long", () => {
  it("is what a person can fix, without the seed in the message", async () => {
    const problem = await Promise.resolve()
      .then(() => contentOf(named("x".repeat(10_000))))
      .catch((error: unknown) => error);
    expect(problem).toMatchObject({
      name: "UserError",
      exitCode: 1,
      hints: expect.arrayContaining([expect.stringContaining("twinseed uri")]),
    });
    expect(String(problem)).not.toContain("IU4ORLKZ");
  });

  it("may need the URI without issuer, and then gets the largest code", { timeout: 30_000 }, async () => {
    const room = 2953 - formatOtpauthUri(named(""), "compact").length;
    const content = contentOf(named("x".repeat(room)));
    expect(content.forms.map((text) => text.length)).toEqual([2953]);
    expect(sizes(await drawContent(content))).toEqual(["179x90", "179x90"]);
    expect(() => contentOf(named("x".repeat(room + 1)))).toThrow(/2954 characters, at most 2953/);
  });
});
