import { describe, expect, it } from "vitest";
import { takeKey } from "../../src/system/terminal/keys.ts";

/** Everything that was typed, as names and texts; "…" for what waits for its rest. */
function keysOf(typed: string, lone = false): string[] {
  const keys: string[] = [];
  for (let rest = typed; rest !== ""; ) {
    const taken = takeKey(rest, lone);
    rest = taken.rest;
    if (taken.key === undefined) return rest === "" ? keys : [...keys, "…"];
    keys.push(taken.key.name === "text" ? `'${taken.key.text}'` : taken.key.name);
  }
  return keys;
}

describe("keys", () => {
  it.each([
    ["aé日👍", ["'a'", "'é'", "'日'", "'👍'"]],
    ["\r\n\t\x7f\b\x15", ["enter", "enter", "tab", "backspace", "backspace", "clear"]],
    ["\x1b[A\x1bOB\x1b[Z\x1b[5~\x1b[6~", ["up", "down", "back-tab", "page-up", "page-down"]],
    ["\x1b[H\x1bOF\x1b[1~\x1b[4~", ["home", "end", "home", "end"]],
    // With Ctrl, a function key, a mouse, the marks of a paste, Alt, other controls: none of ours.
    ["\x1b[1;5Ax\x1b[15~\x1b[<0;3;4M\x1b[200~y\x1b[201~\x1bq\x01\x04\x80", ["'x'", "'y'"]],
    ["\x1b\x1b[A", ["escape", "up"]],
    ["a\x1b", ["'a'", "…"]],
    ["\x1b[1;", ["…"]],
    ["", []],
  ])("%j", (typed, keys) => expect(keysOf(typed)).toEqual(keys));

  it("is Esc when nothing followed", () => {
    expect(keysOf("\x1b", true)).toEqual(["escape"]);
    expect(keysOf("\x1b[1;", true)).toEqual([]);
  });

  it("passes over what would hide or reorder text", () => {
    expect(keysOf("\u202ea\u200b\u2028b")).toEqual(["'a'", "'b'"]);
  });
});
