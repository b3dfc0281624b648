import { describe, expect, it } from "vitest";
import { type Enrollment, STEAM } from "../../src/otp/enrollment.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { contentOf, contentOfText } from "../../src/qr/content.ts";
import { modulesOf } from "../../src/qr/matrix.ts";
import { formatPath, formatPicture } from "../../src/qr/picture.ts";
import { readBack } from "../../src/qr/read-back.ts";
import { pixelsOfDrawing, pixelsOfModules } from "../../src/qr/rendered.ts";
import { drawText, type QrDrawing } from "../../src/qr/terminal-drawing.ts";
import { drawContent } from "../../src/qr/window.ts";
import { awsRoot } from "./aws-root.ts";

const { otp } = awsRoot;
const others: [string, Enrollment][] = [
  ["issuer", { ...awsRoot, issuer: "Amazon Web services" }],
  ["label", { ...awsRoot, label: "root-account-mfa-device@123456789013" }],
  ["type", { ...awsRoot, otp: { type: "hotp", algorithm: "SHA1", digits: 6, counter: 30 } }],
  ["type, number of digits", { ...awsRoot, otp: STEAM }],
  ["algorithm", { ...awsRoot, otp: { type: "totp", algorithm: "SHA256", digits: 6, period: 30 } }],
  ["number of digits", { ...awsRoot, otp: { type: "totp", algorithm: "SHA1", digits: 7, period: 30 } }],
  ["period or counter", { ...awsRoot, otp: { type: "totp", algorithm: "SHA1", digits: 6, period: 31 } }],
  ["seed", { ...awsRoot, secret: Secret.of(awsRoot.secret.reveal().with(39, 0)) }],
];

describe("reading back", () => {
  it.each(others)("finds another %s", async (fields, other) => {
    expect(otp.type).toBe("totp");
    const shown = pixelsOfModules(await modulesOf(formatOtpauthUri(other, "short"), "L"));
    await expect(readBack(shown, awsRoot)).rejects.toThrow(
      new Error(`the QR code differs from the account in: ${fields}`),
    );
    await expect(readBack(shown, other)).resolves.toBeUndefined();
  });

  it("finds a drawing of another account", async () => {
    const shown = pixelsOfDrawing(await drawText(formatOtpauthUri({ ...awsRoot, label: "bob" }, "short")));
    await expect(contentOf(awsRoot).check(shown)).rejects.toThrow(/differs from the account in: label/);
  });

  it("finds a code that is no URI, or not the text it should be", async () => {
    const shown = pixelsOfDrawing(await drawText("hello"));
    await expect(readBack(shown, awsRoot)).rejects.toThrow(
      new Error("the QR code can be read back, but does not contain a valid otpauth URI"),
    );
    await expect(contentOfText("hullo").check(shown)).rejects.toThrow(/does not contain the expected text/);
  });

  describe("a drawing", () => {
    const change = async (broken: (lines: readonly string[]) => string[]) => {
      const { lines, ...size } = await drawText(formatOtpauthUri(awsRoot, "short"));
      const drawing: QrDrawing = { ...size, lines: broken(lines) };
      return readBack(pixelsOfDrawing(drawing), awsRoot);
    };

    it("passes as it is", async () => {
      await expect(change((lines) => [...lines])).resolves.toBeUndefined();
    });

    it.each<[string, (lines: readonly string[]) => string[]]>([
      [
        "that is inverted",
        (lines) =>
          lines.map((line) => line.replace(/[ ▀▄█]/g, (glyph) => " ▀▄█".charAt(3 - " ▀▄█".indexOf(glyph)))),
      ],
      ["that lost its last lines", (lines) => lines.slice(0, -6)],
      [
        "that was wrapped",
        (lines) => lines.flatMap((line) => [line.slice(0, 40), line.slice(40).padEnd(40)]),
      ],
      [
        "whose middle is gone",
        (lines) => lines.map((line, row) => (row > 8 && row < 18 ? "█".repeat(line.length) : line)),
      ],
      [
        "with every tenth module flipped",
        (lines) =>
          lines.map((line) =>
            line.replace(/.{9}( |█)/g, (run, last) => run.slice(0, 9) + (last === " " ? "█" : " ")),
          ),
      ],
      ["that is empty", () => []],
    ])("%s does not", async (_, broken) => {
      await expect(change(broken)).rejects.toThrow(/QR code/);
    });
  });

  it("never quotes what was read", async () => {
    const seed = "IU4ORLKZ";
    for (const [, other] of others) {
      const shown = pixelsOfModules(await modulesOf(formatOtpauthUri(other, "short"), "L"));
      await readBack(shown, awsRoot).catch((error: Error) => expect(error.stack).not.toContain(seed));
    }
  });
});

describe("a picture that does not say what it should", () => {
  /** What is drawn is awsRoot's; what it should say is bob's. */
  const wrong = { ...contentOf(awsRoot), check: contentOf({ ...awsRoot, label: "bob" }).check };

  it.each(["png", "svg"] as const)("is never given out as %s", async (kind) => {
    await expect(formatPicture(wrong, kind)).rejects.toThrow(/differs from the account in: label/);
    await expect(formatPicture(contentOf(awsRoot), kind)).resolves.toBeDefined();
  });

  it("is never given out on a page", async () => {
    await expect(formatPath(wrong)).rejects.toThrow(/differs from the account in: label/);
    await expect(formatPath(contentOf(awsRoot))).resolves.toBeDefined();
  });
});

// jsqr's table has a wrong number for version 23, so that it reads no code of 109 modules.
describe("lengths that make a code of version 23", () => {
  it.each([800, 850, 1010, 1050, 1080])("%i characters", async (length) => {
    const content = contentOfText("x".repeat(length));
    for (const drawing of await drawContent(content)) expect(drawing.columns).not.toBe(109 + 2);
    await expect(formatPicture(content, "svg")).resolves.toContain("<svg");
  });
});
