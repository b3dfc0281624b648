/** Firefox by WebDriver BiDi. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { type BrowserOptions, type BrowserPage, endBrowser, settingsOf } from "./browser-page.ts";
import { type Fields, fieldsOf, protocol } from "./protocol.ts";

/** Nothing of its own over the network, and the same look everywhere. */
const PREFERENCES = {
  "network.proxy.type": 1,
  "network.proxy.socks": "127.0.0.1",
  "network.proxy.socks_port": 9,
  "network.proxy.no_proxies_on": "127.0.0.1",
  "network.proxy.failover_direct": false,
  "app.update.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "remote.active-protocols": 1,
} as const;

export async function firefox(options: BrowserOptions = {}): Promise<BrowserPage> {
  const { width, height, touch, dark, pixelRatio, language, script } = settingsOf(options);
  const folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
  const preferences: Fields = {
    ...PREFERENCES,
    "intl.accept_languages": language,
    "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1,
    "dom.w3c_touch_events.enabled": touch ? 1 : 0,
  };
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  );
  writeFileSync(join(folder, "user.js"), lines.join("\n"));
  const child = spawn("firefox-esr", ["--headless", "--remote-debugging-port", "0", "--profile", folder], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, HOME: folder, MOZ_HEADLESS: "1" },
  });
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (data: string) => {
      said += data;
      const [, found] = /WebDriver BiDi listening on (ws:\/\/\S+)\n/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once("close", () => reject(new Error(`Firefox ended: ${said}`)));
  });
  const socket = new WebSocket(`${address}/session`, { maxPayload: 256 * 1024 * 1024 });
  await new Promise<void>((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
  });
  const { send, on, receive } = protocol((text) => socket.send(text));
  socket.on("message", (data) => receive(data.toString()));
  await send("session.new", { capabilities: {} });
  const requests: string[] = [];
  on("network.beforeRequestSent", ({ request }) => requests.push(String(fieldsOf(request).url)));
  await send("session.subscribe", { events: ["network.beforeRequestSent"] });
  const { contexts } = await send("browsingContext.getTree");
  const context = String(fieldsOf(Array.isArray(contexts) ? contexts[0] : undefined).context);
  await send("browsingContext.setViewport", {
    context,
    viewport: { width, height },
    devicePixelRatio: pixelRatio,
  });
  await send("script.addPreloadScript", { functionDeclaration: `() => { ${script} }` });

  async function run(expression: string): Promise<Fields> {
    const answer = await send("script.evaluate", { expression, target: { context }, awaitPromise: true });
    if (answer.type === "exception") throw new Error(JSON.stringify(answer.exceptionDetails));
    return fieldsOf(answer.result);
  }

  return {
    requests,
    async open(url) {
      await send("browsingContext.navigate", { context, url, wait: "complete" });
    },
    async evaluate(expression) {
      const { value } = await run(
        `Promise.resolve(${expression}).then((value) => JSON.stringify(value) ?? "null")`,
      );
      return JSON.parse(String(value));
    },
    async type(text) {
      const actions = Array.from(text, (value) => [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ]).flat();
      await send("input.performActions", { context, actions: [{ type: "key", id: "keys", actions }] });
    },
    async choose(file) {
      const { sharedId } = await run('document.querySelector("[type=file]")');
      await send("input.setFiles", { context, element: { sharedId }, files: [file] });
    },
    async screenshot() {
      const { data } = await send("browsingContext.captureScreenshot", { context });
      return Buffer.from(String(data), "base64");
    },
    async close() {
      socket.terminate();
      await endBrowser(child, folder);
    },
  };
}
