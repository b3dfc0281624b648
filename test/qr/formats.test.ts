/** Kinds of pictures that decoders tend to forget, and those whose decoders have to be found from the bundle. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readPicture, readQrCodes } from "../../src/qr/read.ts";
import { chunk } from "./write-png.ts";

const path = (name: string) => fileURLToPath(new URL(`../fixtures/qr/${name}`, import.meta.url));
const fixture = (name: string) => readFileSync(path(name));
const expected: Record<string, string[]> = JSON.parse(fixture("expected.json").toString());
const program = fileURLToPath(new URL("../../dist/twinseed.cjs", import.meta.url));

describe("formats", { timeout: 30_000 }, () => {
  test("reads the first frame of an animated PNG", async () => {
    const png = fixture("kind-palette.png");
    const frames = chunk("acTL", Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));
    const end = png.length - 12;
    const next = chunk("fdAT", Buffer.from([0, 0, 0, 2, 1, 2, 3]));
    const animated = Buffer.concat([
      png.subarray(0, 33),
      frames,
      png.subarray(33, end),
      next,
      png.subarray(end),
    ]);
    expect(await readQrCodes(animated)).toEqual(expected["kind-palette.png"]);
  });

  test.each([3, 6, 8])("reads a JPEG that is to be turned (EXIF orientation %i)", async (orientation) => {
    const jpeg = fixture("page.jpg");
    const exif = Buffer.from(
      "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0",
      "latin1",
    );
    exif.writeUInt16BE(orientation, 24);
    const segment = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
    const turned = Buffer.concat([jpeg.subarray(0, 2), segment, exif, jpeg.subarray(2)]);
    expect(await readQrCodes(turned)).toEqual(expected["page.jpg"]);
  });

  test("says which attempt found the code, and none where there is none", async () => {
    expect(await readPicture(fixture("page-dark.png"))).toMatchObject({ pass: "zxing" });
    expect(await readPicture(fixture("page-covered.png"))).toMatchObject({ texts: [], pass: undefined });
  });

  test.skipIf(!existsSync(program)).each(["kind.webp", "kind-cmyk.jpg"])(
    "the built program adds %s",
    (name) => {
      const folder = mkdtempSync(join(tmpdir(), "twinseed-formats-"));
      try {
        const key = Buffer.alloc(32, 7).toString("base64");
        const env = { ...process.env, TWINSEED_HOME: folder, TWINSEED_STORE: "file", TWINSEED_KEY: key };
        execFileSync(process.execPath, [program, "add", path(name)], { env, stdio: "pipe" });
        const listed = execFileSync(process.execPath, [program, "list"], { env, stdio: "pipe" });
        expect(listed.toString()).toContain("alice");
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
