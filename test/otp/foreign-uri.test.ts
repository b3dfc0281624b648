/** URIs of other programs: half enrollments are refused, and the user's own values replace bad ones. */
import { describe, expect, it } from "vitest";
import { ForeignUriError, type Overrides, parseForeignUri } from "../../src/otp/foreign-uri.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const HEX = "3132333435363738393031323334353637383930";
const URI = `otpauth://totp/I:u?secret=${KEY}&issuer=I`;

const read = (uri: string, overrides: Overrides = {}) =>
  formatOtpauthUri(parseForeignUri(uri, overrides), "short");
function optionsFor(uri: string, overrides: Overrides = {}): readonly string[] {
  try {
    parseForeignUri(uri, overrides);
  } catch (error) {
    if (error instanceof ForeignUriError) return error.options;
  }
  return ["none"];
}

describe("what the user says", () => {
  it.each([
    ["period=0", { period: "30" }, "period"], // HCL Notes
    ["period=30.0", { period: "30" }, "period"],
    ["digits=4", { digits: "6" }, "digits"],
    ["algorithm=MD5", { algorithm: "SHA1" }, "algorithm"],
  ])("replaces %s", (bad, overrides, option) => {
    expect(() => read(`${URI}&${bad}`)).toThrow(ForeignUriError);
    expect(optionsFor(`${URI}&${bad}`)).toEqual([option]);
    expect(read(`${URI}&${bad}`, overrides)).toBe(URI);
    expect(read(`otpauth://totp/I:u?${bad}&secret=${KEY}&issuer=I`, overrides)).toBe(URI);
  });

  it("replaces several, and each that is left is named", () => {
    const uri = `${URI}&digits=4&period=0`;
    expect(optionsFor(uri)).toEqual(["digits", "period"]);
    expect(optionsFor(uri, { digits: "6" })).toEqual(["period"]);
    expect(read(uri, { digits: "6", period: "30" })).toBe(URI);
  });

  it("replaces an unknown type", () => {
    expect(optionsFor(URI.replace("totp", "otp"))).toEqual(["type"]);
    expect(read(URI.replace("totp", "otp"), { type: "TOTP" })).toBe(URI);
    expect(read(`${URI}&counter=7`, { type: "hotp" })).toBe(`${URI.replace("totp", "hotp")}&counter=7`);
  });

  it("has no option for a bad key", () => {
    expect(optionsFor(URI.replace(KEY, "1019"))).toEqual([]);
    expect(optionsFor("otpauth://totp/x")).toEqual([]);
  });
});

describe("the key", () => {
  it("may be hex, which can't be base32", () => {
    expect(read(URI.replace(KEY, HEX))).toBe(URI);
    expect(read(`otpauth://totp/I:u?issuer=I&secret=${HEX}`)).toBe(URI);
  });

  it("is base32 if it can be, unless the user knows better", () => {
    const both = "ABCDEF2345672345";
    expect(read(`otpauth://totp/x?secret=${both}`)).toBe(`otpauth://totp/x?secret=${both}`);
    expect(read(`otpauth://totp/x?secret=${both}`, { encoding: "hex" })).toBe(
      "otpauth://totp/x?secret=VPG66I2FM4RUK",
    );
  });

  it("may be base64 if the user says so, with a raw plus sign", () => {
    const bytes = Buffer.from("fbffbe3132333435363738ff", "hex");
    const uri = `otpauth://totp/x?secret=${bytes.toString("base64")}`;
    expect(uri).toContain("+");
    expect(Buffer.from(parseForeignUri(uri, { encoding: "base64" }).secret.reveal())).toEqual(bytes);
    expect(optionsFor(uri, { encoding: "hex" })).toEqual(["encoding"]);
  });
});

it.each(["2step_salt=20", "2STEP_OUTPUT=20", "2step_difficulty=10000"])(
  "half a seed makes no right code: %s",
  (parameter) => {
    expect(() => read(`${URI}&${parameter}`)).toThrow("privacyIDEA");
    expect(() => read(`${URI}&${parameter}`, { digits: "6", type: "totp" })).toThrow("privacyIDEA");
  },
);

it("Yandex is named, whatever the user says", () => {
  expect(() => read(URI.replace("totp", "yaotp"))).toThrow("Yandex");
  expect(() => read(URI.replace("totp", "yandex"))).toThrow("Yandex");
  expect(() => read(URI.replace("totp", "motp"), { type: "totp" })).toThrow("mOTP");
  expect(() => read(URI.replace("totp", "yaotp"), { type: "totp" })).toThrow("Yandex");
});
