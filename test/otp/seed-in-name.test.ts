/** No seed goes into a name, which is kept in plain text. */
import { describe, expect, it } from "vitest";
import { parseForeignUri } from "../../src/otp/foreign-uri.ts";
import { nameWithoutSeed, withoutSeeds } from "../../src/otp/seed-in-name.ts";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const HEX = "3132333435363738393031323334353637383930";
const INNER = `otpauth://totp/C:d?issuer=C&secret=${KEY}`;
const labeled = (label: string) => withoutSeeds(parseForeignUri(`otpauth://totp/${label}?secret=${KEY}`));

describe("a seed in a name is taken out of it", () => {
  it.each([
    ["a URI", encodeURIComponent(INNER)],
    ["a URI, encoded twice", encodeURIComponent(encodeURIComponent(INNER))],
    ["a URI after a name", `Shop ${encodeURIComponent(INNER)}`],
    ["a migration URI", encodeURIComponent("otpauth-migration://offline?data=CjEKCkhlbGxv")],
    ["the key", KEY],
    ["the key in lower case, in groups", KEY.toLowerCase().replace(/.{4}/g, "$&%20")],
    ["the key in hex", HEX],
    ["the key with other words", `key:${KEY}`],
  ])("%s", (_, label) => {
    const { issuer, label: left } = labeled(label);
    const name = `${issuer} ${left}`.toUpperCase().replaceAll(" ", "");
    for (const seed of [KEY, HEX, "CJEKCKH"]) expect(name).not.toContain(seed);
    if (label.startsWith("Shop")) expect(name).toContain("SHOP");
  });

  it.each(["alice@example.com", "https://example.com/?x=1", "the secret=life", "GEZDGNBVGY3TQOJR"])(
    "%j stays",
    (name) => {
      expect(nameWithoutSeed(name)).toBe(name);
      expect(labeled(encodeURIComponent(`x:${name}`)).label).toBe(name);
    },
  );

  it("a short key is a word, too", () => {
    expect(withoutSeeds(parseForeignUri("otpauth://totp/alice?secret=ALICE")).label).toBe("alice");
  });
});
