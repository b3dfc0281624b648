/** Node's cache of compiled code (bin/twinseed.js): in a private folder of the user, or not at all. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";

const RFC_6238 =
  "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example&digits=8";
const hasCache = "enableCompileCache" in module;

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

/** Expects the code that RFC 6238 lists for time 59; `variables` are added to a minimal environment. */
function codeAt59(variables: Readonly<Record<string, string>> = {}): void {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    TWINSEED_HOME: join(home, "data"),
    TWINSEED_URI: RFC_6238,
    ...variables,
  };
  const args = [join(ROOT, "bin/twinseed.js"), "code", "--env", "--at", "59"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8", cwd: home });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "94287082\n", stderr: "" });
}

const cache = () => join(home, ".cache", "twinseed");

it.skipIf(hasCache)("there is none where Node has none (before 22.8)", () => {
  codeAt59();
  expect(readdirSync(home)).toEqual([]);
});

describe.skipIf(!hasCache || process.platform !== "linux")(
  "where Node has one (Linux, 22.8 and later)",
  () => {
    it("is made for the user alone, and serves the next run", () => {
      codeAt59();
      expect(statSync(cache()).mode & 0o777).toBe(0o700);
      expect(readdirSync(join(cache(), "code"), { recursive: true }).length).toBeGreaterThan(1);
      codeAt59();
    });

    it("a folder that others can write gets nothing", () => {
      mkdirSync(cache(), { recursive: true });
      chmodSync(cache(), 0o777);
      codeAt59();
      expect(readdirSync(cache())).toEqual([]);
    });

    it("a folder that others could put another one in place of gets nothing", () => {
      const above = join(home, "shared");
      mkdirSync(join(above, "caches"), { recursive: true });
      chmodSync(above, 0o777);
      codeAt59({ XDG_CACHE_HOME: join(above, "caches") });
      expect(readdirSync(join(above, "caches/twinseed"))).toEqual([]);
      chmodSync(above, 0o1777);
      codeAt59({ XDG_CACHE_HOME: join(above, "caches") });
      expect(readdirSync(join(above, "caches/twinseed"))).toEqual(["code"]);
    });

    it("goes where XDG_CACHE_HOME says, unless that is no absolute path", () => {
      codeAt59({ XDG_CACHE_HOME: "relative" });
      expect(existsSync(join(home, "relative"))).toBe(false);
      expect(readdirSync(cache())).toEqual(["code"]);
      codeAt59({ XDG_CACHE_HOME: join(home, "elsewhere") });
      expect(existsSync(join(home, "elsewhere", "twinseed"))).toBe(true);
    });

    it.each([{ HOME: "" }, { HOME: "/nowhere/at/all" }, { NODE_DISABLE_COMPILE_CACHE: "1" }])(
      "%j is no error",
      (variables) => codeAt59(variables),
    );
  },
);
