import { describe, expect, it } from "vitest";
import { type Gray, newGray } from "../../src/images/gray.ts";
import { modulesOf } from "../../src/qr/matrix.ts";
import { pixelsOfModules } from "../../src/qr/rendered.ts";
import { scanWithJsqr } from "../../src/qr/scan-with-jsqr.ts";

/** By zxing's own writer, which writes what has room in Latin-1 as Latin-1; our own texts are all ASCII. */
async function drawn(text: string): Promise<Gray> {
  await modulesOf("x", "L"); // loads the writer
  const { writeBarcode } = await import("zxing-wasm/writer");
  const { symbol } = await writeBarcode(text, { format: "QRCode", ecLevel: "L", scale: 1 });
  const rows = Array.from({ length: symbol.height }, (_, row) =>
    Array.from(symbol.data.subarray(row * symbol.width, (row + 1) * symbol.width), (light) => light === 0),
  );
  const { data, width, height } = pixelsOfModules(rows);
  const gray = newGray(width, height);
  gray.data.forEach((_, i) => {
    gray.data[i] = data[4 * i] ?? 0;
  });
  return gray;
}

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

describe("the last reader", () => {
  it.each([`otpauth://totp/bob?secret=${KEY}`, "1234567890", "日1234567890123456789"])(
    "reads %s, in segments of several kinds",
    async (text) => {
      expect(await scanWithJsqr(await drawn(text))).toEqual([text]);
    },
  );

  it.each([
    ["the bare key of a URI", `otpauth://totp/zoë?secret=${KEY}`],
    ["the digits of a text", "12345678901234567890é"],
    ["nothing", "é"],
  ])("gave %s for a code with a Latin-1 label, of which it reads a part", async (_, text) => {
    expect(await scanWithJsqr(await drawn(text))).toEqual([]);
  });

  it("sees nothing on white paper", async () => {
    const paper = newGray(100, 100);
    paper.data.fill(255);
    expect(await scanWithJsqr(paper)).toEqual([]);
  });
});
