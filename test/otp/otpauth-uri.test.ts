import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OTP_LIMITS } from "../../src/base/limits.ts";
import { type Enrollment, STEAM, sameCodes } from "../../src/otp/enrollment.ts";
import {
  formatOtpauthUri,
  isOtpauthUri,
  OtpauthUriError,
  parseOtpauthUri,
} from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { aws, base32Of, everyAccount, key } from "../helpers/accounts.ts";
import { anyCharacter, enrollments } from "../helpers/arbitraries.ts";

const KEY = "JBSWY3DPEHPK3PXP";
const who = (uri: string) => {
  const { issuer, label } = parseOtpauthUri(uri);
  return [issuer, label];
};

describe("who it is for", () => {
  it.each([
    ["otpauth://totp/Example:alice?secret=K&issuer=Example", "Example", "alice"],
    ["otpauth://totp/Example:alice?secret=K", "Example", "alice"],
    ["otpauth://totp/alice?secret=K&issuer=Example", "Example", "alice"],
    ["otpauth://totp/alice?secret=K", "", "alice"],
    [
      "otpauth://totp/Amazon%20Web%20Services:fred%40123456789012?secret=K&issuer=Amazon%20Web%20Services",
      "Amazon Web Services",
      "fred@123456789012",
    ],
    [
      "otpauth://totp/root-account-mfa-device@123456789012?secret=K",
      "",
      "root-account-mfa-device@123456789012",
    ],
    ["otpauth://totp/Example%3Aalice?secret=K&issuer=Example", "Example", "alice"],
    ["otpauth://totp/Example%3a%20%20%20alice?secret=K", "Example", "alice"],
    ["otpauth://totp/Cloudflare: user?secret=K&issuer=Cloudflare", "Cloudflare", "user"],
    ["otpauth://totp/Air%20Canada:me?secret=K&issuer=Air+Canada", "Air Canada", "me"],
    [
      "otpauth://totp/Some+Company%3ame%40x.com?secret=K&issuer=Microsoft",
      "Microsoft",
      "Some+Company:me@x.com",
    ],
    ["otpauth://totp/:account?secret=K&issuer", "", "account"],
    ["otpauth://totp/%3Acool%40ente.com?secret=K", "", "cool@ente.com"],
    ["otpauth://totp/a:b:c?secret=K&issuer=a", "a", "b:c"],
    ["otpauth://totp/label:account:443?secret=K&issuer=Other", "Other", "label:account:443"],
    ["otpauth://totp/?secret=K&issuer=X", "X", ""],
    ["otpauth://totp?secret=K&issuer=X", "X", ""],
    ["otpauth://totp/a?secret=K&issuer=null", "", "a"],
    ["otpauth://totp/../../etc/passwd?secret=K", "", "../../etc/passwd"],
    ["otpauth://totp/C%23:me?secret=K", "C#", "me"],
    ["otpauth://totp/C#1:me?secret=K", "C#1", "me"],
    ["otpauth://totp/50%25:a%25b?secret=K", "50%", "a%b"],
    ["otpauth://totp/bad%GGescape?secret=K", "", "bad%GGescape"],
    ["otpauth://totp/nul%00l?secret=K", "", "null"],
    ["OTPAUTH://TOTP/Example:alice?SECRET=K&Issuer=Example", "Example", "alice"],
    ["QR-Code:otpauth://totp/Example:alice?secret=K", "Example", "alice"],
    ["\ufeff  otpauth://totp/Example:alice?secret=K\n", "Example", "alice"],
    ["apple-otpauth://totp/Example:alice?secret=K", "Example", "alice"],
    ["otpauth://totp/Example:alice?secret=K&amp;issuer=Example&amp;period=60", "Example", "alice"],
  ])("%s", (uri, issuer, label) => {
    expect(who(uri.replace("=K", `=${KEY}`))).toEqual([issuer, label]);
  });
});

describe("the key", () => {
  it.each([
    ["lower case", "jbswy3dpehpk3pxp"],
    ["spaced", "JBSW+Y3DP%20EHPK 3PXP"],
    ["dashed", "JBSW-Y3DP-EHPK-3PXP"],
    ["padded", "JBSWY3DPEHPK3PXP======"],
    ["padded and encoded", "JBSWY3DPEHPK3PXP%3D%3D"],
    ["followed by a fragment", "JBSWY3DPEHPK3PXP#fragment"],
  ])("%s", (_, text) => {
    expect(parseOtpauthUri(`otpauth://totp/a?secret=${text}`).secret.equals(key(KEY))).toBe(true);
  });

  it.each([7, 10, 13, 14, 15, 17, 29, 64, 173])("of %i characters, as phones take it", (length) => {
    const text = "MZXW6YTBOI".repeat(20).slice(0, length);
    const { secret, otp } = parseOtpauthUri(`otpauth://totp/a?secret=${text}`);
    expect(secret.reveal().length).toBe(Math.floor((length * 5) / 8));
    expect(otp).toEqual({ type: "totp", algorithm: "SHA1", digits: 6, period: 30 });
  });

  it.each([
    ["none", "otpauth://totp/a"],
    ["an empty one", "otpauth://totp/a?secret="],
    ["one character", "otpauth://totp/a?secret=A"],
    ["not base32", "otpauth://totp/a?secret=Secret!One"],
    ["a look-alike", "otpauth://totp/a?secret=JBSWY3DPEHPK3PX0"],
    ["a bad escape", "otpauth://totp/a?secret=JBSW%GG"],
    ["a NUL", "otpauth://totp/a?secret=JBSWY3DP%00EHPK"],
  ])("%s is refused without being quoted", (_, uri) => {
    const secret = /secret=(.+)/.exec(uri)?.[1] ?? "never";
    const refused = (() => {
      try {
        parseOtpauthUri(uri);
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(OtpauthUriError);
    expect(String(refused)).not.toContain(secret.length > 1 ? secret : "never");
  });
});

describe("parameters", () => {
  const otp = (host: string, query: string) =>
    parseOtpauthUri(`otpauth://${host}/x?secret=${KEY}&${query}`).otp;
  it.each(["SHA256", "sha256", "SHA-256", "HmacSHA256", "HMAC-SHA-256", "Algorithm.sha256", "sha_256"])(
    "algorithm %s",
    (algorithm) => {
      expect(otp("totp", `algorithm=${algorithm}`)).toMatchObject({ algorithm: "SHA256" });
    },
  );
  it.each(["", "null", "SHA1", "sha-1"])("algorithm %s is SHA1", (algorithm) => {
    expect(otp("totp", `algorithm=${algorithm}`)).toMatchObject({ algorithm: "SHA1" });
  });
  it("digits 5 to 10, any period, the first of equal parameters", () => {
    expect(otp("totp", "digits=8&period=60&digits=6")).toEqual({
      type: "totp",
      algorithm: "SHA1",
      digits: 8,
      period: 60,
    });
    expect(otp("totp", "digits=10&period=7")).toMatchObject({ digits: 10, period: 7 });
    expect(otp("totp", "digits=5&period=")).toMatchObject({ type: "totp", digits: 5, period: 30 });
  });
  it("a parameter behind a raw # is not lost", () => {
    expect(otp("totp", "issuer=C#&period=60")).toMatchObject({ period: 60 });
  });
  it("an issuer that runs into the period, as old Ente exports have it", () => {
    const uri = `otpauth://totp/me?secret=${KEY}&issuer=Xperiod=60&digits=8`;
    expect(parseOtpauthUri(uri)).toMatchObject({ issuer: "X", otp: { period: 60, digits: 8 } });
    expect(parseOtpauthUri(uri.replace("Xperiod=60", "Xperiod%3D60"))).toMatchObject({
      issuer: "Xperiod=60",
    });
  });
  it.each([
    "digits=0",
    "digits=4",
    "digits=11",
    "digits=1/100",
    "digits=6.5",
    "period=0",
    "period=-30",
    "period=1000000000",
    "algorithm=MD5",
    "algorithm=SHA224",
  ])("%s is refused, not guessed", (query) => {
    expect(() => otp("totp", query)).toThrow(OtpauthUriError);
  });
  it("HOTP: the counter, 0 where there is none, refused beyond 2^53", () => {
    expect(otp("hotp", "counter=7&period=30")).toEqual({
      type: "hotp",
      algorithm: "SHA1",
      digits: 6,
      counter: 7,
    });
    expect(otp("hotp", "")).toMatchObject({ counter: 0 });
    expect(() => otp("hotp", "counter=9007199254740993")).toThrow(OtpauthUriError);
  });
  it.each(["motp", "yaotp", "", "foo"])("type %s is refused", (host) => {
    expect(() => otp(host, "")).toThrow(OtpauthUriError);
  });
});

describe("Steam", () => {
  it.each([
    `otpauth://steam/Steam:gordon?secret=${KEY}&issuer=Steam`,
    `otpauth://totp/Steam:gordon?secret=${KEY}&issuer=Steam`,
    `otpauth://totp/Steam:gordon?secret=${KEY}&issuer=Steam&digits=5`,
    `otpauth://totp/Valve:gordon?secret=${KEY}&encoder=steam`,
    `steam://${KEY}`,
    `steam://${KEY}%3D%3D`,
  ])("%s", (uri) => {
    expect(parseOtpauthUri(uri).otp).toBe(STEAM);
    expect(isOtpauthUri(uri)).toBe(true);
  });
  it("not where the digits say otherwise", () => {
    expect(parseOtpauthUri(`otpauth://totp/Steam:gordon?secret=${KEY}&issuer=Steam&digits=6`).otp.type).toBe(
      "totp",
    );
  });
});

describe("what is refused as a whole", () => {
  it.each([
    "",
    "hello",
    "https://example.org/?secret=JBSWY3DPEHPK3PXP",
    "otpauth-migration://offline?data=CjEK",
  ])("%s", (text) => {
    expect(() => parseOtpauthUri(text)).toThrow(OtpauthUriError);
  });
  it("more than 64 KiB", () => {
    expect(() => parseOtpauthUri(`otpauth://totp/${"a".repeat(70_000)}?secret=${KEY}`)).toThrow(/64 KiB/);
  });
});

describe("writing", () => {
  it("is what AWS writes in the short style, and smaller in the compact one", () => {
    const secret = base32Of(aws);
    const label = "Amazon%20Web%20Services:root-account-mfa-device@123456789012";
    expect(formatOtpauthUri(aws, "short")).toBe(
      `otpauth://totp/${label}?secret=${secret}&issuer=Amazon%20Web%20Services`,
    );
    expect(formatOtpauthUri(aws, "compact")).toBe(`otpauth://totp/${label}?secret=${secret}`);
    expect(formatOtpauthUri(aws)).toBe(
      `otpauth://totp/${label}?secret=${secret}&issuer=Amazon%20Web%20Services&algorithm=SHA1&digits=6&period=30`,
    );
  });

  const equal = (a: Enrollment, b: Enrollment) => {
    expect({ issuer: a.issuer, label: a.label, otp: a.otp }).toEqual({
      issuer: b.issuer,
      label: b.label,
      otp: b.otp,
    });
    expect(sameCodes(a, b)).toBe(true);
  };
  const styles = ["explicit", "short", "compact"] as const;

  it.each(styles)("%s: comes back field by field", (style) => {
    for (const account of everyAccount) equal(parseOtpauthUri(formatOtpauthUri(account, style)), account);
  });
  it.each(styles)("%s: comes back field by field, whatever the account", (style) => {
    fc.assert(
      fc.property(enrollments(), (account) =>
        equal(parseOtpauthUri(formatOtpauthUri(account, style)), account),
      ),
      { numRuns: 500 },
    );
  });
  it("never leaves a bare comma, which some readers split lists at", () => {
    expect(formatOtpauthUri({ ...aws, issuer: "a,b", label: "c,d" })).not.toContain(",");
  });
});

it("never throws anything but OtpauthUriError, whatever it is given", () => {
  const texts = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.string().map((rest) => `otpauth://totp/${rest}?secret=${KEY}&${rest}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        const { otp } = parseOtpauthUri(text);
        expect(otp.digits).toBeGreaterThanOrEqual(OTP_LIMITS.digits.least);
      } catch (error) {
        expect(error).toBeInstanceOf(OtpauthUriError);
      }
    }),
    { numRuns: 2000 },
  );
});

it("a Secret shows itself nowhere", async () => {
  const { inspect } = await import("node:util");
  const secret = Secret.of(Buffer.from("12345678901234567890"));
  const shown = [
    String(secret),
    JSON.stringify({ secret }),
    inspect(secret),
    inspect({ secret }, { showHidden: true }),
    `${secret}`,
  ];
  for (const text of shown) expect(text).toMatch(/\[secret\]/);
  for (const text of shown) expect(text).not.toMatch(/1234|49, 50/);
});
