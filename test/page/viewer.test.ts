/** The viewer that is built: what its policy allows, and that its script can't leave it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAst } from "vitest/node";
import { viewer } from "../../packaging/viewer.mjs";
import { SLIP39_WORDS } from "../../src/base/slip39-words.ts";
import { ENGLISH } from "../../src/page/page-words.ts";
import { JAPANESE } from "../../src/page/page-words-ja.ts";
import { ROOT } from "../helpers/binary.ts";

let built: Awaited<ReturnType<typeof viewer>>;
let script = "";
beforeAll(async () => {
  built = await viewer();
  script = /<script>([\s\S]*)<\/script>/.exec(built.html)?.[1] ?? "";
});

it("is at most 300 kB, and builds to the same bytes again", async () => {
  expect(Buffer.byteLength(built.html)).toBeLessThan(300_000);
  expect((await viewer()).sha256).toBe(built.sha256);
});

it("has the hash that docs/recovery-page.md publishes (after a change, put the new one there)", () => {
  const page = readFileSync(join(ROOT, "docs/recovery-page.md"), "utf8");
  expect(/^([0-9a-f]{64}) {2}-$/m.exec(page)?.[1]).toBe(built.sha256);
});

it("the policy allows its one script and its one style, and nothing else", () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(built.html)?.[1] ?? "";
  expect(policy.replace(/'sha256-[\w+/]{43}='/g, "HASH")).toBe(
    "default-src 'none'; script-src HASH; style-src HASH; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
  expect(built.html.match(/<script/g)).toHaveLength(1);
  expect(built.html.match(/<style/g)).toHaveLength(1);
  expect(built.html.replace(script, "")).not.toMatch(
    /<(a|link|img|iframe|form|object|embed|base|meta http-equiv="refresh)\b|https?:|\bon\w+=/i,
  );
});

/** Every name and every text of the script, and how its calls begin, as the parser sees them. */
function partsOf(text: string): { names: Set<string>; calls: string[] } {
  const names = new Set<string>();
  const calls: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one);
    if (typeof node !== "object" || node === null || Array.isArray(node) || !("type" in node)) return;
    const { type } = node;
    if (type === "Identifier" && "name" in node) names.add(String(node.name));
    if (type === "Literal" && "value" in node && typeof node.value === "string") names.add(node.value);
    if (type === "CallExpression" && "start" in node) calls.push(text.slice(Number(node.start)).slice(0, 60));
    // The words of shares are a list of texts, and some of them are "location", "script" and "submit".
    const isWordList =
      "elements" in node && Array.isArray(node.elements) && node.elements.length === SLIP39_WORDS.length;
    if (!isWordList) for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(text));
  return { names, calls };
}

describe("the script", () => {
  it("names nothing that navigates, connects, stores, or makes code or markup of a text", () => {
    const { names, calls } = partsOf(script);
    const forbidden = [
      ...["location", "navigation", "pushState", "replaceState", "href", "src", "srcdoc", "action", "submit"],
      ...[
        "fetch",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "sendBeacon",
        "RTCPeerConnection",
        "WebTransport",
      ],
      ...[
        "Worker",
        "SharedWorker",
        "serviceWorker",
        "importScripts",
        "WebAssembly",
        "eval",
        "Function",
        "postMessage",
      ],
      ...[
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "caches",
        "cookie",
        "cookieStore",
        "credentials",
        "clipboard",
      ],
      ...[
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "createContextualFragment",
        "DOMParser",
        "write",
        "writeln",
      ],
      ...[
        "setHTMLUnsafe",
        "parseHTMLUnsafe",
        "parseFromString",
        "download",
        "createObjectURL",
        "iframe",
        "script",
      ],
    ];
    expect(forbidden.filter((name) => names.has(name))).toEqual([]);
    expect(calls.filter((call) => /^(window\.|self\.|globalThis\.)?(open|print)\(/.test(call))).toEqual([]);
    expect(calls.flatMap((call) => /^history[^;,}]*/.exec(call) ?? [])).toEqual(["history.go(0)"]);
    expect(script.match(/\bnavigator\.\w+/g)).toEqual(["navigator.language"]);
    expect(script).not.toMatch(/\bimport\s*\(|node:/);
  });

  it("the check finds what it looks for", () => {
    const { names } = partsOf('x["inner" + "HTML"]; window["location"]; y.href = `a`; f("fetch")');
    expect([...names]).toEqual(expect.arrayContaining(["href", "fetch", "location", "HTML"]));
  });

  it("its sources put text only into text, and keep fields out of forms", () => {
    const folder = join(ROOT, "src/page");
    const sources = readdirSync(folder).filter((name) => name.endsWith(".ts"));
    const text = sources.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    expect(text).not.toMatch(/element\(\s*"(a|form|iframe|img|script|link|object|embed|base|meta|style)"/);
    expect(text).not.toMatch(/HTML\s*[=(]|setAttribute\("(style|on\w+|href|src)/);
    const secretFields = text.match(/element\("(input|textarea)", \{[^}]*(password|rows)[^}]*\}/g) ?? [];
    expect(secretFields).toHaveLength(3);
    for (const field of secretFields) expect(field).toContain("...PRIVATE");
  });
});

it("before any script it says, in both languages, where scripts run", () => {
  const text = built.html.slice(built.html.indexOf("<body>"), built.html.indexOf('<div id="page">'));
  for (const said of ["iPhone", "Android", "https", "復旧ページ", "Recovery page"])
    expect(text).toContain(said);
});

it("every sentence is there in both languages", () => {
  expect(Object.keys(JAPANESE)).toEqual(Object.keys(ENGLISH));
  for (const [key, words] of Object.entries(JAPANESE))
    if (typeof words === "string" && key !== "noCode")
      expect([key, words]).toEqual([key, expect.stringMatching(/[ぁ-んァ-ヶ一-龠]/)]);
});
