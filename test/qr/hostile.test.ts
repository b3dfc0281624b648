/** Files made to do harm, or cut off on the way; test/fuzz has those that are damaged otherwise. And no network. */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { deflateSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { readQrCodes } from "../../src/qr/read.ts";
import { chunk } from "./write-png.ts";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/qr/${name}`, import.meta.url));
const expected: Record<string, string[]> = JSON.parse(fixture("expected.json").toString());
const KINDS = [
  "kind-rgb16.png",
  "kind-palette-trns.png",
  "clear-black.png",
  "kind-interlaced.png",
  "kind.gif",
  "kind.bmp",
  "kind.webp",
  "kind-progressive.jpg",
];

/** The texts; a refusal, which must be ours and exit code 5, counts as none. */
async function readOrRefuse(image: Uint8Array): Promise<string[]> {
  try {
    return await readQrCodes(image);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect(error).toHaveProperty("exitCode", ExitCode.unreadable);
    return [];
  }
}

describe("hostile pictures", { timeout: 120_000 }, () => {
  test("20,000 x 20,000 pixels in 49 KB are refused by their header, at once", async () => {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(20_000, 0);
    header.writeUInt32BE(20_000, 4);
    header.set([1, 0, 0, 0, 0], 8);
    const bomb = Buffer.concat([
      Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      chunk("IHDR", header),
      chunk("IDAT", deflateSync(Buffer.alloc(20_000 * 2501))),
      chunk("IEND", Buffer.alloc(0)),
    ]);
    expect(bomb.length).toBeLessThan(60_000);
    const begin = performance.now();
    await expect(readQrCodes(bomb)).rejects.toThrow("the image is too large (20000 x 20000 pixels)");
    expect(performance.now() - begin).toBeLessThan(500);
  });

  test.each(KINDS)("%s cut off anywhere", async (name) => {
    const whole = fixture(name);
    for (const share of [0.4, 0.97]) {
      const texts = await readOrRefuse(whole.subarray(0, Math.ceil(whole.length * share)));
      expect([[], expected[name]]).toContainEqual(texts);
    }
  });
});

describe("without a network", { timeout: 60_000 }, () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.doUnmock("node:net");
    vi.resetModules();
  });

  test.each(KINDS)("reads %s where fetch and sockets are refused", async (name) => {
    const refused = vi.fn(() => {
      throw new Error("no network here");
    });
    vi.stubGlobal("fetch", refused);
    const opened = vi
      .spyOn((await import("node:net")).Socket.prototype, "connect")
      .mockImplementation(refused);
    expect(() => connect(9)).toThrow("no network here");
    refused.mockClear();
    vi.resetModules();
    const fresh = await import("../../src/qr/read.ts");
    expect(await fresh.readQrCodes(fixture(name))).toEqual(expected[name]);
    expect(refused).not.toHaveBeenCalled();
    opened.mockRestore();
  });
});
