import { execFileSync, type StdioOptions } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { PNG } from "pngjs";
import { afterAll, describe, expect, it } from "vitest";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { contentOf } from "../../src/qr/content.ts";
import { modulesOf } from "../../src/qr/matrix.ts";
import { formatPicture } from "../../src/qr/picture.ts";
import { pixelsOfSvg } from "../../src/qr/svg.ts";
import { needs } from "../helpers/system-packages.ts";
import { times } from "../helpers/times.ts";
import { awsRoot } from "./aws-root.ts";
import { enrollments, plain } from "./enrollments.ts";
import { readByZxing } from "./second-reader.ts";

const uri = formatOtpauthUri(awsRoot, "short");
const png = await formatPicture(contentOf(awsRoot), "png");
const svg = String(await formatPicture(contentOf(awsRoot), "svg"));

describe("a PNG", () => {
  it("is gray, at least 400 pixels wide, with a quiet zone of four modules", async () => {
    const { width, height, data } = PNG.sync.read(Buffer.from(png));
    const modules = (await modulesOf(uri, "M")).length;
    expect(width).toBe(height);
    expect(width).toBeGreaterThanOrEqual(400);
    expect(width % (modules + 8)).toBe(0);
    expect(Buffer.from(png).subarray(24, 26)).toEqual(Buffer.from([8, 0])); // bit depth, color type: gray
    const scale = width / (modules + 8);
    const isDark = (row: number, column: number) => data[(row * width + column) * scale * 4] === 0;
    expect(isDark(4, 4)).toBe(true);
    for (let at = 0; at < modules + 8; at++) expect(isDark(3, at) || isDark(at, 3)).toBe(false);
  });

  it.skipIf(!needs("zbarimg"))("is read by zbarimg (needs zbarimg)", () => {
    const folder = mkdtempSync(join(tmpdir(), "twinseed-picture-"));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "code.png");
    writeFileSync(file, png);
    const stdio: StdioOptions = ["ignore", "pipe", "ignore"];
    expect(execFileSync("zbarimg", ["--raw", "-q", file], { encoding: "utf8", stdio }).trim()).toBe(uri);
  });
});

describe("an SVG", () => {
  it("is two paths: white paper, dark modules", () => {
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]* viewBox="0 0 (\d+) \1" shape-rendering="crispEdges">\n<path fill="#fff" d="M0 0h\1v\1h-\1z"\/>\n<path fill="#000" d="[Mhvz0-9 -]+"\/>\n<\/svg>\n$/,
    );
  });

  it("holds no text that could be searched for", () => {
    expect(svg).not.toContain("otpauth");
  });
});

describe("both", () => {
  it("say every enrollment, field by field, to another reader too", { timeout: times(120_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(enrollments, async (enrollment) => {
        const content = contentOf(enrollment);
        const picture = await formatPicture(content, "png");
        if (typeof picture === "string") throw new Error("a PNG is bytes");
        const drawn = String(await formatPicture(content, "svg"));
        for (const shown of [picture, pixelsOfSvg(drawn)]) {
          const [text] = await readByZxing(shown);
          expect(plain(parseOtpauthUri(text ?? ""))).toEqual(plain(enrollment));
        }
      }),
      { numRuns: times(8) },
    );
  });

  it("take less error correction where a text needs the room", { timeout: 30_000 }, async () => {
    const long = { ...awsRoot, label: "x".repeat(2500) };
    await expect(formatPicture(contentOf(long), "png")).resolves.toBeInstanceOf(Uint8Array);
  });
});
