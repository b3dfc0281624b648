import { describe, expect, it } from "vitest";
import { checkValueOf } from "../../src/otp/check-value.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { formatSheet, type Sheet } from "../../src/sheet/account-page.ts";
import { addCommand } from "../../src/sheet/add-command.ts";
import { aws, bank, counting, github, odd, steam } from "../helpers/accounts.ts";
import { hostile, longLabel, manyAccounts, shownAs } from "./pages.ts";

function pageOf(accounts: readonly Enrollment[], more: Partial<Sheet> = {}): string {
  const shown = accounts.map((enrollment) => shownAs(enrollment));
  return formatSheet({ accounts: shown, missing: [], date: "2026-01-31", hostname: "laptop", ...more });
}

/** As a person reads it. */
function textOf(html: string): string {
  return html
    .replace(/<style>[\s\S]*<\/style>/, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

it("has everything that it takes to make codes again", () => {
  const text = textOf(pageOf([aws]));
  expect(text).toContain("Amazon Web Services");
  expect(text).toContain("root-account-mfa-device@123456789012");
  expect(text).toContain("TWIN SEED EXAM PLE2 TWIN SEED EXAM PLE3 TWIN SEED EXAM PLE4 TWIN SEED EXAM PLE5 /");
  expect(text).toMatch(new RegExp(`/\\W${checkValueOf(aws)}`));
  expect(text).toContain("time-based (TOTP), SHA1, 6 digits, a new one every 30 seconds");
  expect(text).toContain("This paper is a key");
  expect(text).toContain("2026-01-31");
});

it("counts its accounts", () => {
  expect(textOf(pageOf([aws]))).toMatch(/\b1 account\b/);
  expect(textOf(pageOf([aws, github]))).toMatch(/\b2 accounts\b/);
});

it("says who else holds an account, and how sure that is", () => {
  const holders = [
    { name: "laptop", kind: "computer", confirmed: "2026-01-30" },
    { name: "Pixel", kind: "phone", confirmed: undefined },
  ];
  const page = formatSheet({
    accounts: [shownAs(github, { holders })],
    missing: ["lost:one"],
    date: "2026-01-31",
    hostname: "laptop",
    device: "safe",
  });
  const text = textOf(page);
  expect(text).toContain("laptop (computer, confirmed 2026-01-30), Pixel (phone, not confirmed)");
  expect(text).toContain("in the ledger as safe");
  expect(text).toMatch(/Not on this sheet.*lost:one/);
});

it("HOTP: the counter of that day, and that it moves on", () => {
  const text = textOf(pageOf([{ ...counting, otp: { ...counting.otp, type: "hotp", counter: 17 } }]));
  expect(text).toContain("the next counter was 17 on 2026-01-31");
  expect(text).toContain("--type hotp");
  expect(text).toContain("--counter 17");
});

it("an account that no QR code has room for is on it even so", () => {
  const page = formatSheet({
    accounts: [shownAs(github, { qr: undefined })],
    missing: [],
    date: "2026-01-31",
    hostname: "laptop",
  });
  expect(textOf(page)).toContain("Too long for a QR code: type the key");
});

describe("the command to type", () => {
  it.each([
    [github, "GitHub:octocat", "twinseed add"],
    [
      bank,
      "Bücher & Söhne:zoë@example.org",
      'twinseed add --issuer "Bücher & Söhne" --label "zoë@example.org" --algorithm SHA512 --digits 8 --period 60',
    ],
    [counting, "token", 'twinseed add --issuer "Token Ltd" --label 42 --name token --type hotp --counter 0'],
    [steam, "Steam:gordon", "twinseed add --issuer Steam --label gordon --type steam"],
    // A shell could take these for something else: add asks for them.
    [odd, "odd", "twinseed add --algorithm SHA256 --digits 10 --period 7"],
    [{ ...bank, label: "$(reboot)" }, "x", "twinseed add --algorithm SHA512 --digits 8 --period 60"],
    [{ ...bank, label: '"; reboot' }, "x", "twinseed add --algorithm SHA512 --digits 8 --period 60"],
    // Without a space around it, PowerShell would hand "&" to twinseed.cmd as a second command.
    [{ ...bank, label: "x&reboot" }, "x", "twinseed add --algorithm SHA512 --digits 8 --period 60"],
    [
      { ...steam, issuer: "a,b", label: "=ls" },
      "a,b:=ls",
      'twinseed add --issuer "a,b" --label "=ls" --type steam',
    ],
    [{ ...bank, label: "--name" }, "x", "twinseed add --algorithm SHA512 --digits 8 --period 60"],
  ])("%j", (enrollment, name, command) => expect(addCommand(name, enrollment)).toBe(command));
});

describe("what comes from outside", () => {
  const page = pageOf([hostile, longLabel], {
    hostname: "<b>laptop</b>",
    device: "a\u202eb<i>",
    missing: ["<u>"],
  });

  it("is text and nothing else", () => {
    expect(page).not.toMatch(/<script|<img|<b>laptop|<i>|<u>/);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(textOf(page)).toContain("<script>alert(1)</script>");
  });
  it("has no control and no bidirectional characters, and is isolated", () => {
    expect(page).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
    );
    expect(page).toContain("<bdi>gro.elpmaxe@eve");
  });
  it("is cut where it would fill a page", () => {
    const label = /<p class="label"><bdi>(.*?)<\/bdi>/g;
    const longest = Math.max(...Array.from(page.matchAll(label), ([, text = ""]) => textOf(text).length));
    expect(longest).toBe(200);
  });
});

describe("the page stands for itself", () => {
  const page = pageOf(manyAccounts(9));
  it("loads nothing, and may not", () => {
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<object|\bsrc=|\bhref=|url\(|@import|@font-face/i);
  });
  it("names no account in its title, which becomes the print job's name", () => {
    expect(/<title>(.*)<\/title>/.exec(page)?.[1]).toBe("twinseed recovery sheet 2026-01-31");
  });
  it.each([
    [undefined, undefined],
    ["a4", "A4"],
    ["letter", "letter"],
  ] as const)("paper %j", (paper, size) => {
    expect(/@page \{ size: (\w+); \}/.exec(pageOf([github], { paper }))?.[1]).toBe(size);
  });
  it("a block is never split, and its QR code at least 35 mm wide without the quiet zone", () => {
    expect(page).toMatch(/\.account \{ break-inside: avoid;/);
    const sizes = Array.from(
      page.matchAll(/width:([\d.]+)mm;height:\1mm" viewBox="0 0 (\d+) /g),
      ([, mm, side]) => {
        return (Number(mm) * (Number(side) - 8)) / Number(side);
      },
    );
    expect(sizes).toHaveLength(9);
    for (const size of sizes) expect(size).toBeGreaterThanOrEqual(35);
  });
});
