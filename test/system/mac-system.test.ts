/** macOS's own tools, played by scripts. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { macSystem } from "../../src/system/desktop/mac-system.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { pathOf } from "../helpers/desktop.ts";

const mac = (tools: Readonly<Record<string, string>>) =>
  macSystem({ PATH: pathOf(tools) }, process.execPath, undefined);

describe.skipIf(process.platform === "win32")("a Mac", () => {
  it("tells its default keychain", async () => {
    const security = `echo '    "/Users/a b/Library/Keychains/login.keychain-db"'`;
    expect(await mac({ security }).defaultKeychain()).toBe("/Users/a b/Library/Keychains/login.keychain-db");
    expect(await mac({ security: "echo could not be found >&2; exit 1" }).defaultKeychain()).toBeUndefined();
    expect(await mac({}).defaultKeychain()).toBeUndefined();
  });

  it.each([
    ["Identifier=node\nSignature=adhoc\nTeamIdentifier=not set", { kind: "own" }],
    ["/x/node: code object is not signed at all", { kind: "own" }],
    [
      "Authority=Developer ID Application: Node.js Foundation (HX7739G8FX)\nAuthority=Apple Root CA",
      { kind: "developer", name: "Developer ID Application: Node.js Foundation (HX7739G8FX)" },
    ],
    ["something else", undefined],
  ])("tells how Node is signed: %j", async (report, expected) => {
    const codesign = `printf '%s' '${report}' >&2`;
    expect(await mac({ codesign }).nodeSignature()).toEqual(expected);
  });

  it("starts the program by links that outlive an upgrade, and by the files themselves where there are none", async () => {
    const folder = temporaryFolder();
    const file = (...path: string[]): string => {
      mkdirSync(join(folder, ...path.slice(0, -1)), { recursive: true });
      writeFileSync(join(folder, ...path), "");
      chmodSync(join(folder, ...path), 0o755);
      return join(folder, ...path);
    };
    const node = file("Cellar", "node", "24.1", "bin", "node");
    const script = file("lib", "twinseed", "bin", "twinseed.js");
    const start = (env: Record<string, string>, ...more: string[]) =>
      macSystem(env, node, more[0] ?? script).startWords();
    expect(await start({ PATH: "/nowhere" })).toEqual([node, script]);
    mkdirSync(join(folder, "bin"));
    symlinkSync(node, join(folder, "bin", "node"));
    symlinkSync(script, join(folder, "bin", "twinseed"));
    const PATH = join(folder, "bin");
    expect(await start({ PATH })).toEqual([join(PATH, "node"), join(PATH, "twinseed")]);
    // Another twinseed, or another Node, comes first on PATH.
    const other = join(folder, "other");
    file("other", "node");
    file("other", "twinseed");
    expect(await start({ PATH: `${other}:${PATH}` })).toEqual([node, script]);
    // An executable that has the script in itself.
    expect(await start({ PATH: "/nowhere" }, "/$bunfs/root/twinseed")).toEqual([node]);
  });
});
