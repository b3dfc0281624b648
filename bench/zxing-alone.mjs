/** zxing-wasm's defaults on a file's bytes, in one instance for all; WebP, which it can't unpack, as pixels. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { decode, grayOf } from "./qr-reader.mjs";

let instance;

export async function zxingAlone(image) {
  instance ??= start();
  await instance;
  const isWebp = image.toString("latin1", 8, 12) === "WEBP";
  const input = isWebp ? grayOf(await decode(image, { kind: "webp" }), 255).file : image;
  const found = await readBarcodes(input, { formats: ["QRCode"], textMode: "Plain" });
  return { texts: found.filter(({ isValid }) => isValid).map(({ text }) => text) };
}

function start() {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  return prepareZXingModule({
    overrides: { wasmBinary: new Uint8Array(wasm).buffer },
    fireImmediately: true,
  });
}
