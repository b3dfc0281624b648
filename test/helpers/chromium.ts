/** Chromium by the DevTools protocol, over the pipe that it offers instead of a port. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { type BrowserOptions, type BrowserPage, endBrowser, settingsOf } from "./browser-page.ts";
import { type Fields, fieldsOf, protocol } from "./protocol.ts";

const QUIET = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"],
  ...[
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
  ],
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export async function chromium(options: BrowserOptions = {}): Promise<BrowserPage> {
  const { width, height, touch, dark, pixelRatio, language, script } = settingsOf(options);
  const folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
  const args = [
    ...QUIET,
    "--remote-debugging-pipe",
    `--user-data-dir=${folder}`,
    `--lang=${language}`,
    "about:blank",
  ];
  const child = spawn("chromium", args, {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    env: { ...process.env, HOME: folder },
  });
  const { input, output } = pipesOf(child);
  const { send, on, receive } = protocol((text) => void input.write(`${text}\0`));
  let rest = "";
  output.setEncoding("utf8").on("data", (data: string) => {
    const parts = `${rest}${data}`.split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) receive(part);
  });
  const { targetInfos } = await send("Target.getTargets");
  const target = Array.isArray(targetInfos) ? targetInfos.find(({ type }) => type === "page") : undefined;
  const { sessionId } = await send("Target.attachToTarget", {
    targetId: fieldsOf(target).targetId,
    flatten: true,
  });
  const ask = (method: string, params: Fields = {}) => send(method, params, { sessionId });
  const requests: string[] = [];
  on("Network.requestWillBeSent", ({ request }) => requests.push(String(fieldsOf(request).url)));
  for (const domain of ["Page", "Runtime", "Network", "DOM"]) await ask(`${domain}.enable`);
  await ask("Emulation.setDeviceMetricsOverride", {
    width,
    height,
    deviceScaleFactor: pixelRatio,
    mobile: touch,
  });
  await ask("Emulation.setTouchEmulationEnabled", { enabled: touch });
  await ask("Emulation.setEmulatedMedia", {
    features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
  });
  await ask("Emulation.setLocaleOverride", { locale: language });
  if (options.timezone !== undefined)
    await ask("Emulation.setTimezoneOverride", { timezoneId: options.timezone });
  await ask("Page.addScriptToEvaluateOnNewDocument", { source: script });

  async function evaluate(expression: string): Promise<unknown> {
    const answer = await ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
    return fieldsOf(answer.result).value;
  }

  return {
    requests,
    evaluate,
    async open(url) {
      const loaded = new Promise((resolve) => on("Page.loadEventFired", resolve));
      await ask("Page.navigate", { url });
      await loaded;
    },
    async type(text) {
      await ask("Input.insertText", { text });
    },
    async choose(file) {
      const { result } = await ask("Runtime.evaluate", {
        expression: 'document.querySelector("[type=file]")',
      });
      await ask("DOM.setFileInputFiles", { files: [file], objectId: fieldsOf(result).objectId });
    },
    async screenshot() {
      const { data } = await ask("Page.captureScreenshot", { format: "png" });
      return Buffer.from(String(data), "base64");
    },
    async heap() {
      const chunks: string[] = [];
      on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(String(chunk)));
      await ask("HeapProfiler.collectGarbage");
      await ask("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
      return chunks.join("");
    },
    async close() {
      await endBrowser(child, folder);
    },
  };
}

function pipesOf({ stdio }: ChildProcess): { input: Writable; output: Readable } {
  const [, , , input, output] = stdio;
  if (!input || !("write" in input) || !output || !("setEncoding" in output)) throw new Error("no pipes");
  return { input, output };
}
