import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twofas } from "../../src/formats/2fas.ts";
import { WrongPassphrase } from "../../src/formats/faults.ts";
import { foreignText } from "../../src/formats/foreign-file.ts";
import { type Enrollment, STEAM } from "../../src/otp/enrollment.ts";
import { parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { accepted, enrollmentLists, NOW, plain, readBack, written } from "./round-trip.ts";

const PASSWORD = "open sesame";
const github = parseOtpauthUri(
  "otpauth://totp/GitHub:octocat?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub",
);
const token = parseOtpauthUri(
  "otpauth://hotp/Token%20Ltd:42?secret=KRUGKIDROVUWG2Y&issuer=Token%20Ltd&digits=8&counter=3",
);
const gordon = { ...parseOtpauthUri("steam://STEAMKEYSTEAMKEY"), label: "gordon" };
const { writer } = twofas;
if (writer === undefined) throw new Error("2FAS has a writer");

describe("what is written is read again", () => {
  it("plain", async () => {
    await fc.assert(
      fc.asyncProperty(enrollmentLists(), async (list) => {
        const kept = accepted(writer, list.filter(keepsItsName));
        expect(await readBack(twofas, await written(twofas, kept))).toEqual(kept.map(plain));
      }),
      { numRuns: 100 },
    );
  });

  it("with a password", async () => {
    await fc.assert(
      fc.asyncProperty(enrollmentLists(), fc.string({ minLength: 1 }), async (list, password) => {
        const kept = accepted(writer, list.filter(keepsItsName));
        const text = await written(twofas, kept, password);
        expect(await readBack(twofas, text, password)).toEqual(kept.map(plain));
      }),
      { numRuns: 30 },
    );
  });
});

/** Without an issuer, what stands before a colon is taken for it: the declared loss. */
function keepsItsName({ issuer, label }: Enrollment): boolean {
  return issuer !== "" || !label.includes(":");
}

/** What the app does with a locked file, with nothing of ours. */
function openLocked(locked: string, password: string): string {
  const [content, salt, nonce] = locked.split(":").map((part) => Buffer.from(part, "base64"));
  if (content === undefined || salt?.length !== 256 || nonce?.length !== 12)
    throw new Error("not three parts");
  const key = pbkdf2Sync(password, salt, 10_000, 32, "sha256");
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAuthTag(content.subarray(-16));
  return Buffer.concat([decipher.update(content.subarray(0, -16)), decipher.final()]).toString("utf8");
}

describe("a file locked with a password", () => {
  it("opens without our code, and holds what the apps demand", async () => {
    const file = JSON.parse(await written(twofas, [github, token, gordon], PASSWORD));
    expect(file).toMatchObject({ services: [], schemaVersion: 4, appOrigin: "android", updatedAt: NOW });
    expect(openLocked(file.reference, PASSWORD)).toMatch(/^tRViSsLK[A-Za-z0-9]{242}yoJujd$/);
    const icon = { selected: "IconCollection", iconCollection: { id: expect.any(String) } };
    expect(JSON.parse(openLocked(file.servicesEncrypted, PASSWORD))).toEqual([
      {
        name: "GitHub",
        secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        updatedAt: NOW,
        otp: {
          account: "octocat",
          issuer: "GitHub",
          digits: 6,
          period: 30,
          algorithm: "SHA1",
          counter: 0,
          tokenType: "TOTP",
          source: "Link",
        },
        order: { position: 0 },
        icon,
      },
      {
        name: "Token Ltd",
        secret: "KRUGKIDROVUWG2Y",
        updatedAt: NOW,
        otp: {
          account: "42",
          issuer: "Token Ltd",
          digits: 8,
          period: 30,
          algorithm: "SHA1",
          counter: 3,
          tokenType: "HOTP",
          source: "Link",
        },
        order: { position: 1 },
        icon,
      },
      {
        name: "Steam",
        secret: "STEAMKEYSTEAMKEY",
        updatedAt: NOW,
        otp: {
          account: "gordon",
          issuer: "Steam",
          digits: STEAM.digits,
          period: 30,
          algorithm: "SHA1",
          counter: 0,
          tokenType: "STEAM",
          source: "Link",
        },
        order: { position: 2 },
        icon,
      },
    ]);
  });

  it("never has one nonce twice", async () => {
    const { reference, servicesEncrypted } = JSON.parse(await written(twofas, [github], PASSWORD));
    expect(reference.split(":")[2]).not.toBe(servicesEncrypted.split(":")[2]);
  });

  it("says that the password is wrong where there is no reference either", async () => {
    const { reference: _, ...file } = JSON.parse(await written(twofas, [github], PASSWORD));
    const reading = twofas.read(foreignText("x", JSON.stringify(file)), async () => "certainly not");
    await expect(reading).rejects.toThrow(WrongPassphrase);
  });
});

describe("what 2FAS can't hold is left out", () => {
  it("a second account with the same seed", () => {
    const other = { ...github, label: "hubot" };
    expect(writer.reasonToOmit(other, [github])).toContain("one account for each seed");
    expect(writer.reasonToOmit(token, [github])).toBeUndefined();
  });

  it("a counter beyond 32 bits", () => {
    expect(
      writer.reasonToOmit(
        { ...token, otp: { ...token.otp, type: "hotp", algorithm: "SHA1", digits: 6, counter: 2 ** 31 } },
        [],
      ),
    ).toContain("counter");
  });
});
