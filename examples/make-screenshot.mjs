/**
 * Makes aws-virtual-mfa.png: a page of our own, laid out like the one on which AWS shows the QR code of a new
 * virtual MFA device, with a key that belongs to nobody. Needs chromium (or CHROMIUM=path).
 *
 *   node examples/make-screenshot.mjs
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** 64 characters, as long as an AWS key, from a public text. */
export function exampleKey(text) {
  const bytes = createHash("sha512").update(text).digest();
  return Array.from({ length: 64 }, (_, i) => BASE32[bytes[i] % 32]).join("");
}

export function awsUri(user, account, keyText) {
  const key = exampleKey(keyText);
  return `otpauth://totp/Amazon%20Web%20Services:${user}@${account}?secret=${key}&issuer=Amazon%20Web%20Services`;
}

export const EXAMPLE_URI = awsUri(
  "root-account-mfa-device",
  "123456789012",
  "twinseed: an example, not a key of anybody",
);

const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/writer/zxing_writer.wasm"));
await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true });

/** An SVG element `size` CSS pixels wide, quiet zone included. `background` may be "none". */
export async function qrSvg(text, { size, quiet = 4, ink = "#000", background = "#fff", ecLevel = "M" }) {
  const { symbol, error } = await writeBarcode(text, { format: "QRCode", ecLevel, scale: 1 });
  if (error) throw new Error(error);
  const side = symbol.width + 2 * quiet;
  let path = "";
  for (let y = 0; y < symbol.height; y++)
    for (let x = 0; x < symbol.width; x++)
      if (symbol.data[y * symbol.width + x] === 0) path += `M${x + quiet} ${y + quiet}h1v1h-1z`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><path fill="${background}" d="M0 0h${side}v${side}H0z"/><path fill="${ink}" d="${path}"/></svg>`;
}

const LIGHT = {
  page: "#fff",
  card: "#fff",
  ink: "#0f141a",
  faint: "#424650",
  line: "#c6c6cd",
  link: "#006ce0",
};
const DARK = {
  page: "#161d26",
  card: "#161d26",
  ink: "#dedee3",
  faint: "#a4a4ad",
  line: "#424650",
  link: "#42b4ff",
};

/** The complete page. `code` is what the QR card shows; `beside` is shown to the right of it. */
export function page(code, { dark = false, card = "background:#fff", beside = "" } = {}) {
  const c = dark ? DARK : LIGHT;
  return `<!doctype html><meta charset="utf-8"><title>Assign MFA device | IAM | Global</title><style>
*{box-sizing:border-box}
body{margin:0;background:${c.page};color:${c.ink};font:14px/20px "Open Sans","Liberation Sans",sans-serif}
a{color:${c.link}}p{margin:0 0 4px}
header{height:48px;background:#161d26;color:#fff;display:flex;align-items:center;gap:22px;padding:0 24px;font-weight:700}
header i{font-style:normal;font-weight:400;flex:0 1 640px;border:1px solid #656871;border-radius:8px;padding:4px 12px;color:#a4a4ad;background:#0f141a;display:flex;justify-content:space-between}
header u{text-decoration:none;flex:1}header span{font-size:13px;color:#dedee3}
nav{padding:12px 24px;border-bottom:1px solid ${c.line};display:flex;gap:10px;color:${c.faint}}nav a:not(:hover){color:${c.link}}
.grid{display:flex;gap:40px;max-width:1400px;margin:0 auto;padding:28px 40px}
aside{width:220px;flex:none;line-height:22px;border-right:1px solid ${c.line};color:${c.faint};font-size:13px}
aside p{margin:0 0 20px}aside b{color:${c.link};font-size:14px}aside a{text-decoration:none;font-size:14px;color:${c.ink}}
main{flex:1}h1{font-size:24px;line-height:30px;margin:0 0 20px}h1 a,h2 a{font-size:12px;font-weight:700;margin-left:6px;text-decoration:none}
section{border:1px solid ${c.line};border-radius:16px;background:${c.card}}
h2{font-size:18px;line-height:22px;margin:0;padding:18px 20px 4px}.about{color:${c.faint};padding:0 20px 16px}
.step{display:flex;gap:20px;padding:20px;border-top:1px solid ${c.line}}
.number{flex:none;width:32px;height:32px;border:2px solid ${c.faint};border-radius:50%;text-align:center;font:700 15px/28px "Liberation Sans",sans-serif;color:${c.faint}}
.codes{display:flex;align-items:flex-start;gap:48px;margin-top:14px}.codes svg{display:block}
.card{border:1px solid ${c.line};border-radius:4px;padding:8px;${card}}
.covered{width:180px;height:180px;display:flex;align-items:center;justify-content:center;background:#f6f6f9;color:#006ce0;font-weight:700;text-align:center}
label{display:block;font-size:14px;margin:10px 0 4px}
input{display:block;width:320px;height:32px;border:1px solid ${dark ? "#656871" : "#8c8c94"};border-radius:8px;background:${c.card};color:${c.faint};font:italic 14px "Liberation Sans",sans-serif;padding:0 12px}
.buttons{display:flex;justify-content:flex-end;gap:10px;margin-top:24px}
.buttons span{border:2px solid ${c.link};border-radius:20px;padding:4px 20px;font-weight:700;color:${c.link}}
.buttons span.go{background:#ff9900;border-color:#ff9900;color:#0f141a}.buttons span.plain{border-color:transparent}
footer{position:fixed;bottom:0;left:0;right:0;height:34px;background:#161d26;color:#dedee3;font-size:12px;display:flex;gap:24px;align-items:center;padding:0 24px}footer u{text-decoration:none;flex:1}
</style>
<header>Console<span>Services</span><i>Search <span>[Alt+S]</span></i><u></u><span>Global</span><span>Example Corp (1234-5678-9012)</span></header>
<nav><a>IAM</a>›<a>Security credentials</a>›<span>Assign MFA device</span></nav>
<div class="grid"><aside><p>Step 1<br><a>Select MFA device</a></p><p>Step 2<br><b>Set up device</b></p></aside>
<main><h1>Set up device <a>Info</a></h1><section><h2>Authenticator app</h2>
<div class="about">A virtual MFA device is an application running on your device that you can configure by scanning a QR code.</div>
<div class="step"><div class="number">1</div><div><p>Install a compatible application such as Google Authenticator, Duo Mobile, or Authy app on your mobile device or computer.</p><a>See a list of compatible applications</a></div></div>
<div class="step"><div class="number">2</div><div><p>Open your authenticator app, choose <b>Show QR code</b> on this page, then use the app to scan the code. Alternatively, you can type a secret key.</p><a>Show secret key</a>
<div class="codes"><div class="card">${code}</div>${beside}</div></div></div>
<div class="step"><div class="number">3</div><div><p>Type two consecutive MFA codes below.</p>
<label>MFA code 1</label><p style="color:${c.faint};font-size:12px">Enter a code from your virtual app below.</p><input value="Enter MFA code">
<label style="margin-top:16px">MFA code 2</label><p style="color:${c.faint};font-size:12px">Wait 30 seconds, and enter a second code entry.</p><input value="Enter MFA code"></div></div>
</section><div class="buttons"><span class="plain">Cancel</span><span>Previous</span><span class="go">Add MFA</span></div></main></div>
<footer>CloudShell<span>Feedback</span><u></u><span>Privacy</span><span>Terms</span><span>Cookie preferences</span></footer>`;
}

/** Renders HTML to a PNG file. `clear` leaves the background transparent. */
export function shoot(html, file, { width = 1920, height = 1080, scale = 1, clear = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-shot-"));
  try {
    writeFileSync(join(folder, "page.html"), html);
    const flags =
      "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars";
    execFileSync(
      process.env.CHROMIUM ?? "chromium",
      [
        ...flags.split(" "),
        `--user-data-dir=${join(folder, "profile")}`,
        `--window-size=${width},${height}`,
        `--force-device-scale-factor=${scale}`,
        ...(clear ? ["--default-background-color=00000000"] : []),
        `--screenshot=${file}`,
        pathToFileURL(join(folder, "page.html")).href,
      ],
      { stdio: "ignore", timeout: 60_000 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL("aws-virtual-mfa.png", import.meta.url));
  shoot(page(await qrSvg(EXAMPLE_URI, { size: 180 })), file);
  console.log(`${file}: ${EXAMPLE_URI}`);
}
