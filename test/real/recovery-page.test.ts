/** The recovery page in Chromium and Firefox, from a file and over http, with nothing else within reach. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lock, sealFile } from "../../src/backup/age-file.ts";
import { type BackupEntry, formatContent } from "../../src/backup/backup-content.ts";
import { pageWith } from "../../src/backup/page-file.ts";
import { splitKey } from "../../src/backup/shares.ts";
import { defaultName, type Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { aws, bank, base32Of, counting, github, odd, steam } from "../helpers/accounts.ts";
import { ROOT } from "../helpers/binary.ts";
import { BROWSERS, type BrowserName } from "../helpers/browser.ts";
import type { BrowserOptions, BrowserPage } from "../helpers/browser-page.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { needs } from "../helpers/system-packages.ts";

const PASSPHRASE = "correct horse battery";
const EASY: Lock = { kind: "passphrase", passphrase: PASSPHRASE, unsafeWorkFactor: 4 };
const AT = Date.parse("2026-11-30T12:00:00Z");
/** The page's clock, and whether it is in sight, in the test's hands. */
const BEFORE = `
  const real = Date.now;
  globalThis.at = undefined;
  globalThis.out = false;
  Date.now = () => globalThis.at ?? real();
  Object.defineProperty(Document.prototype, "hidden", { get: () => globalThis.out });`;
const ENROLLMENTS = [github, aws, bank, counting, steam, odd];
const viewer = () => readFileSync(join(ROOT, "dist/viewer.html"), "utf8");

function contentOf(
  enrollments: readonly Enrollment[],
  nameOf = (one: Enrollment) => defaultName(one) || "unnamed",
) {
  const addedAt = "2026-01-31T12:00:00.000Z";
  const accounts = enrollments.map((enrollment, i): BackupEntry => {
    const { issuer, label, otp } = enrollment;
    const fields = { id: `account${i}`, name: nameOf(enrollment), issuer, label, otp };
    return { account: { ...fields, addedAt, copies: [], fingerprint: "" }, enrollment };
  });
  const devices = [
    { id: "vault", name: "vault", kind: "backup" as const, addedAt, state: "active" as const },
  ];
  return formatContent({ createdAt: addedAt, device: "vault", accounts, removed: [], devices });
}

const armoredOf = async (content: string, lock: Lock) =>
  Buffer.from(await sealFile(content, lock, true)).toString();
const pageOf = async (content: string, lock: Lock) => pageWith(viewer(), await armoredOf(content, lock));

/** A file: address of the page. */
function fileOf(page: string): string {
  const file = join(temporaryFolder(), "page.html");
  writeFileSync(file, page);
  return pathToFileURL(file).href;
}

async function until(browser: BrowserPage, expression: string, patience = 60_000): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await browser.evaluate(`Boolean(${expression})`)))
    if (performance.now() > deadline)
      throw new Error(`${expression}: ${await browser.evaluate("document.body.innerText")}`);
}

const OPENED = 'document.querySelector(".account")';
const ASKING = 'document.querySelector("main [type=password]")';
const press = (browser: BrowserPage, button: string) =>
  browser.evaluate(`document.querySelector(${JSON.stringify(button)}).click()`);

async function typePassphrase(browser: BrowserPage, passphrase: string): Promise<void> {
  await until(browser, ASKING);
  await browser.evaluate(`void (${ASKING}.value = "", ${ASKING}.focus())`);
  await browser.type(passphrase);
  await press(browser, "button.main");
}

const said = (browser: BrowserPage) =>
  browser.evaluate('document.querySelector(".said:not(:empty)")?.textContent ?? ""');

/** Name, then the codes before, now and next, of each account. */
const codesShown = (browser: BrowserPage) =>
  browser.evaluate(
    'Array.from(document.querySelectorAll(".account"), (one) => [one.querySelector("h3"), ...["Before", "Now", "Next"].map((name) => Array.from(one.querySelectorAll("dl > div")).find((div) => div.firstChild.textContent === name).lastChild)].map((part) => part.textContent))',
  );

/** Twenty-one codes by oathtool, from one step before `from` on. */
function oathtool(enrollment: Enrollment, from: number): string[] {
  const { otp } = enrollment;
  const steps =
    otp.type === "hotp"
      ? ["--hotp", "-c", String(otp.counter)]
      : [`--totp=${otp.algorithm}`, "-s", String(otp.period), "-N", `@${from / 1000 - otp.period}`];
  const args = ["-b", "-d", String(otp.digits), "-w", "21", ...steps, base32Of(enrollment)];
  return execFileSync("oathtool", args, { encoding: "utf8" }).trim().split("\n");
}

describe.each([["chromium"], ["firefox"]] satisfies [BrowserName][])("%s", (name) => {
  const program = name === "firefox" ? "firefox-esr" : name;
  describe.skipIf(!needs(program, "oathtool", "zbarimg"))(`(needs ${program}, oathtool, zbarimg)`, () => {
    let browser: BrowserPage;
    beforeAll(async () => {
      browser = await BROWSERS[name]({ before: BEFORE });
    });
    afterAll(() => browser.close());

    it("opens a backup at its usual cost; first with the wrong passphrase", async () => {
      await browser.open(
        fileOf(await pageOf(contentOf(ENROLLMENTS), { kind: "passphrase", passphrase: PASSPHRASE })),
      );
      await typePassphrase(browser, "wrong");
      await until(
        browser,
        'document.querySelector(".said").textContent.startsWith("That is not the passphrase")',
      );
      await typePassphrase(browser, PASSPHRASE);
      await until(browser, OPENED);
      expect(await codesShown(browser)).toHaveLength(ENROLLMENTS.length);
    });

    it("every type: the codes that oathtool makes, over ten minutes", async () => {
      const algorithms = (["SHA1", "SHA256", "SHA512"] as const).map(
        (algorithm): Enrollment => ({
          ...github,
          label: algorithm,
          otp: { type: "totp", algorithm, digits: 8, period: 30 },
        }),
      );
      const timed = [github, aws, bank, ...algorithms].filter(
        ({ otp }) => otp.type === "totp" && otp.period === 30,
      );
      const enrollments = [...timed, counting, steam];
      await browser.open(
        fileOf(
          await pageOf(
            contentOf(enrollments, ({ label, issuer }) => `${issuer}:${label}`),
            EASY,
          ),
        ),
      );
      await browser.evaluate(`void (at = ${AT})`);
      await typePassphrase(browser, PASSPHRASE);
      await until(browser, OPENED);
      const expected = new Map(timed.map((one) => [`${one.issuer}:${one.label}`, oathtool(one, AT)]));
      for (let step = 0; step < 20; step++) {
        await browser.evaluate(
          `void (at = ${AT + step * 30_000 + 29_999}, document.dispatchEvent(new Event("keydown")))`,
        );
        const second = `[${AT + step * 30_000}, at].map((one) => new Date(one).toISOString().slice(11, 19)).includes(document.querySelector(".time").textContent)`;
        await until(browser, second);
        const shown = new Map(
          rowsOf(await codesShown(browser)).map(([account = "", ...codes]) => [account, codes]),
        );
        for (const [account, codes] of expected)
          expect([step, account, shown.get(account)]).toEqual([step, account, codes.slice(step, step + 3)]);
        const steamCodes = [-1, 0, 1].map((next) =>
          codeOf(steam.secret, steam.otp, AT / 30_000 + step + next),
        );
        expect(shown.get(`${steam.issuer}:${steam.label}`)).toEqual(steamCodes);
        const counted = oathtool(counting, AT);
        expect(shown.get(`${counting.issuer}:${counting.label}`)?.slice(1)).toEqual(counted.slice(0, 2));
      }
    });

    it("a borrowed computer in the wrong time zone: the corrected time makes the codes", async () => {
      await browser.open(fileOf(await pageOf(contentOf([github]), EASY)));
      await browser.evaluate(`void (at = ${AT - 3_600_000 - 7000})`);
      await typePassphrase(browser, PASSPHRASE);
      await until(browser, OPENED);
      await browser.evaluate(`(() => {
        document.querySelector("section.card > button").click();
        const [day, time, zone] = document.querySelectorAll(".correction input");
        Object.assign(day, { value: "2026-11-30" }); Object.assign(time, { value: "21:00:00" }); Object.assign(zone, { value: "+9" });
        document.querySelector(".correction .main").click();
      })()`);
      expect(rowsOf(await codesShown(browser))[0]?.slice(1)).toEqual(oathtool(github, AT).slice(0, 3));
      expect(await browser.evaluate('document.querySelector(".clock").innerText')).toMatch(
        /21:00:00\s+2026-11-30 · UTC\+9/,
      );
    });

    it("QR codes, as a camera sees them", async () => {
      await browser.open(fileOf(await pageOf(contentOf(ENROLLMENTS), EASY)));
      await typePassphrase(browser, PASSPHRASE);
      await until(browser, OPENED);
      const read: string[] = [];
      for (let i = 0; i < ENROLLMENTS.length; i++) {
        const card = `document.querySelectorAll(".account")[${i}]`;
        await browser.evaluate(
          `(${card}.querySelector("[aria-expanded]").click(), ${card}.querySelector(".qr").scrollIntoView({ block: "center" }))`,
        );
        const picture = join(temporaryFolder(), "screen.png");
        writeFileSync(picture, await browser.screenshot());
        const options = ["--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable"];
        read.push(execFileSync("zbarimg", [...options, picture], { encoding: "utf8" }).trim());
        await browser.evaluate(`${card}.querySelector("[aria-expanded]").click()`);
      }
      expect(read.toSorted()).toEqual(ENROLLMENTS.map((one) => formatOtpauthUri(one, "short")).toSorted());
      expect(await browser.evaluate('document.querySelector(".qr, .key")')).toBeNull();
    });

    it("shares, one word after the other; an identity; and wrong ones of both", async () => {
      const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
      const [shares, others] = [
        await splitKey(key, 2, 3),
        await splitKey(
          key.map((byte) => byte ^ 1),
          2,
          3,
        ),
      ];
      await browser.open(fileOf(await pageOf(contentOf([github]), { kind: "recovery-key", key })));
      await until(browser, 'document.querySelector("textarea")');
      const enter = (words: string) =>
        browser.evaluate(
          `(() => { const field = document.querySelector("textarea"); field.value = ${JSON.stringify(words)}; field.dispatchEvent(new Event("input", { bubbles: true })); })()`,
        );
      await enter("academic acid acadeemic");
      await until(browser, 'document.querySelector(".said:not(:empty)")');
      expect(await said(browser)).toContain("Word 3 is not in the list. Did you mean “academic”?");
      const text = (list: typeof shares, i: number) => list[i]?.words.join(" ") ?? "";
      for (const i of [0, 2]) {
        await enter(text(others, i));
        await until(
          browser,
          i === 0
            ? 'document.querySelector(".good").textContent.startsWith("1 of 2")'
            : 'document.querySelectorAll(".said:not(:empty)").length',
        );
      }
      await until(browser, 'document.body.innerText.includes("they open another backup")');
      await enter(`${text(shares, 0).replace(/\w+ (\w+)$/, "academic $1")}`);
      await until(browser, 'document.body.innerText.includes("This is not a share")');
      await enter(text(shares, 0));
      await until(browser, 'document.querySelector(".good").textContent.startsWith("1 of 2")');
      await enter(text(shares, 0));
      await until(browser, 'document.body.innerText.includes("already typed this share")');
      await enter(text(shares, 1));
      await until(browser, OPENED);

      const identity = await generateX25519Identity();
      const page = await pageOf(contentOf([github]), {
        kind: "recipients",
        recipients: [await identityToRecipient(identity)],
      });
      await browser.open(fileOf(page));
      await until(browser, 'document.querySelectorAll("[type=radio]").length === 2');
      await browser.evaluate('document.querySelectorAll("[type=radio]")[1].click()');
      for (const [typed, answer] of [
        ["AGE-SECRET-KEY-1NONSENSE", "not an age identity"],
        [await generateX25519Identity(), "does not open this backup"],
      ] as const) {
        await typePassphrase(browser, typed);
        await until(browser, `document.body.innerText.includes(${JSON.stringify(answer)})`);
      }
      await typePassphrase(browser, identity);
      await until(browser, OPENED);
    });

    it("out of sight it is covered; after five minutes out of sight, or unused, it is wiped", async () => {
      for (const isHidden of [true, false]) {
        await browser.open(fileOf(await pageOf(contentOf([github]), EASY)));
        await browser.evaluate(`void (at = ${AT})`);
        await typePassphrase(browser, PASSPHRASE);
        await until(browser, OPENED);
        const [codes = []] = rowsOf(await codesShown(browser));
        const hide = (out: boolean) =>
          browser.evaluate(`void (out = ${out}, document.dispatchEvent(new Event("visibilitychange")))`);
        if (isHidden) {
          await hide(true);
          expect(codes.slice(1).filter((code) => code !== "").length).toBe(3);
          expect(await browser.evaluate("document.body.textContent")).not.toMatch(
            new RegExp(codes.slice(1).join("|")),
          );
          await hide(false);
          expect(await codesShown(browser)).toEqual([codes]);
          await hide(true);
        }
        await browser.evaluate(`void (at = ${AT + 285_000})`);
        await until(browser, 'document.querySelector(".notice").textContent.includes("Wiping in 15 s")');
        expect(await browser.evaluate(`Boolean(${OPENED})`)).toBe(true);
        await browser.evaluate(`void (at = ${AT + 300_000})`).catch(() => {});
        await until(browser, `at === undefined && ${ASKING}`).catch(() =>
          until(browser, `at === undefined && ${ASKING}`),
        );
        expect(await browser.evaluate(`Boolean(${OPENED})`)).toBe(false);
      }
    });

    it("2,000 accounts, hostile names, and none of it becomes markup", async () => {
      const attack = `<img src=x onerror="document.title='hit'"><script>document.title='hit'</script>\u202e${"W".repeat(10_000)}`;
      const enrollments = Array.from({ length: 2000 }, (_, i): Enrollment => {
        const secret = Secret.of(Uint8Array.from([i >> 8, i & 255, 3, 4, 5, 6, 7, 8, 9, 10]));
        return { ...github, label: i % 100 === 0 ? `${attack.slice(0, 2000)} ${i}` : `user${i}`, secret };
      });
      await browser.open(
        fileOf(
          await pageOf(
            contentOf(enrollments, ({ label }) => (label.startsWith("<") ? `${attack}${label}` : label)),
            EASY,
          ),
        ),
      );
      await typePassphrase(browser, PASSPHRASE);
      await until(browser, 'document.querySelectorAll(".account").length === 2000');
      expect(await browser.evaluate('document.querySelector("main img, main script")')).toBeNull();
      expect(await browser.evaluate("document.title")).not.toContain("hit");
      expect(await browser.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(
        0,
      );
      const took = await browser.evaluate(`(() => {
        const field = document.querySelector("[type=search]"); const start = performance.now();
        field.value = "user1999"; field.dispatchEvent(new Event("input", { bubbles: true }));
        return performance.now() - start; })()`);
      expect(Number(took)).toBeLessThan(2000);
      expect(await browser.evaluate('document.querySelectorAll(".account").length')).toBe(1);
    });

    it("a damaged backup, and a file that is none: said, and another one can be chosen", async () => {
      const armored = await armoredOf(contentOf([github]), EASY);
      const lines = armored.split("\n");
      const middle = lines[8] ?? "";
      await browser.open(
        fileOf(
          pageWith(
            viewer(),
            armored.replace(middle, `${middle.startsWith("A") ? "B" : "A"}${middle.slice(1)}`),
          ),
        ),
      );
      await typePassphrase(browser, PASSPHRASE);
      await until(browser, 'document.body.innerText.includes("The backup is damaged")');
      await browser.open(fileOf(viewer()));
      await until(browser, 'document.body.innerText.includes("There is no backup in this page")');
      const folder = temporaryFolder();
      for (const [file, text] of [
        ["bad.age", "hello"],
        ["good.age", armored],
        ["page.html", pageWith(viewer(), armored)],
      ] as const) {
        writeFileSync(join(folder, file), text);
        await browser.choose(join(folder, file));
        if (file === "bad.age") await until(browser, `document.body.innerText.includes("can't be opened")`);
        else
          await until(browser, `document.querySelector("h2").textContent.includes(${JSON.stringify(file)})`);
      }
      await typePassphrase(browser, PASSPHRASE);
      await until(browser, OPENED);
    });

    it("over plain http, without crypto.subtle: one request, and none for anything else", async () => {
      const page = await pageOf(contentOf([github]), {
        kind: "recovery-key",
        key: new Uint8Array(32).fill(7),
      });
      const asked: string[] = [];
      const server = createServer(({ url = "" }, response) => {
        asked.push(url);
        response.setHeader("content-type", "text/html").end(page);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const own = await BROWSERS[name]({
        before: 'Object.defineProperty(crypto, "subtle", { value: undefined });',
      });
      try {
        await own.open(`http://127.0.0.1:${port}/page.html`);
        const shares = await splitKey(new Uint8Array(32).fill(7), 2, 2);
        await until(own, 'document.querySelector("textarea")');
        for (const { words } of shares) {
          const value = JSON.stringify(words.join(" "));
          await own.evaluate(
            `(() => { const field = document.querySelector("textarea"); field.value = ${value}; field.dispatchEvent(new Event("input")); })()`,
          );
          await until(own, `document.querySelector("textarea")?.value !== ${value}`);
        }
        await until(own, OPENED);
        await own.evaluate('document.querySelector(".account [aria-expanded]").click()');
        expect(asked).toEqual(["/page.html"]);
        expect(own.requests).toEqual([`http://127.0.0.1:${port}/page.html`]);
      } finally {
        await own.close();
        server.close();
      }
    });

    it("fits 360x740 with touch, in both languages and both colors", async () => {
      for (const options of PHONES) {
        const phone = await BROWSERS[name]({
          before: BEFORE,
          width: 360,
          height: 740,
          touch: true,
          ...options,
        });
        try {
          await phone.open(fileOf(await pageOf(contentOf(ENROLLMENTS), EASY)));
          await typePassphrase(phone, PASSPHRASE);
          await until(phone, OPENED);
          expect(
            await phone.evaluate("document.documentElement.scrollWidth - innerWidth"),
          ).toBeLessThanOrEqual(0);
          expect(
            await phone.evaluate(
              'Math.min(...Array.from(document.querySelectorAll("button"), (one) => one.offsetHeight).filter(Boolean))',
            ),
          ).toBeGreaterThanOrEqual(44);
          expect(await phone.evaluate("document.documentElement.lang")).toBe(
            options.language?.slice(0, 2) ?? "en",
          );
        } finally {
          await phone.close();
        }
      }
    });
  });
});

const PHONES: readonly BrowserOptions[] = [{ language: "ja-JP", dark: true }, { language: "en-US" }];

describe.skipIf(!needs("chromium"))("the memory of the page (needs chromium)", () => {
  it("has the seed while it is open, and neither passphrase nor seed after the wipe", async () => {
    const browser = await BROWSERS.chromium({ before: BEFORE });
    try {
      await browser.open(fileOf(await pageOf(contentOf([github, bank]), EASY)));
      await typePassphrase(browser, PASSPHRASE);
      await until(browser, OPENED);
      await browser.evaluate('document.querySelector(".account [aria-expanded]").click()');
      const secrets = [
        PASSPHRASE,
        ...[github, bank].map(base32Of),
        ...[github, bank].map((one) => base32Of(one).slice(0, 12)),
      ];
      const open = (await browser.heap?.()) ?? "";
      expect(open.length).toBeGreaterThan(100_000);
      expect(open).toContain(base32Of(bank).slice(0, 4));
      await press(browser, "header button").catch(() => {});
      await until(browser, ASKING).catch(() => until(browser, ASKING));
      const wiped = (await browser.heap?.()) ?? "";
      expect(wiped.length).toBeGreaterThan(100_000);
      expect(secrets.filter((secret) => wiped.includes(secret))).toEqual([]);
      expect(await browser.evaluate("document.documentElement.outerHTML")).not.toContain(base32Of(github));
    } finally {
      await browser.close();
    }
  });
});

describe.skipIf(!needs("age", "jq", "oathtool", "sed"))("without a browser (needs age, jq, oathtool)", () => {
  it("the documented lines take the backup out, and leave the viewer", async () => {
    const identity = await generateX25519Identity();
    const folder = temporaryFolder();
    writeFileSync(join(folder, "key.txt"), `${identity}\n`);
    const recipients = [await identityToRecipient(identity)];
    writeFileSync(
      join(folder, "page.html"),
      await pageOf(contentOf(ENROLLMENTS), { kind: "recipients", recipients }),
    );
    const text = readFileSync(join(ROOT, "docs/recovery-page.md"), "utf8");
    const lines = [...text.matchAll(/^sed .*page\.html.*$/gm)].map(([line]) => line);
    expect(lines).toHaveLength(2);
    const bash = (command: string) =>
      execFileSync("bash", ["-c", command], { cwd: folder, encoding: "utf8" });
    const [hash = "", extraction = ""] = lines;
    expect(bash(hash)).toBe(
      `${readFileSync(join(ROOT, "dist/viewer.html.sha256"), "utf8").slice(0, 64)}  -\n`,
    );
    bash(extraction);
    const uris = bash("age -d -i key.txt backup.age | jq -r '.accounts[].uri'").trim().split("\n");
    expect(uris).toEqual(ENROLLMENTS.map((one) => formatOtpauthUri(one)));
  });
});

function rowsOf(value: unknown): string[][] {
  return Array.isArray(value) ? value.map((row) => (Array.isArray(row) ? row.map(String) : [])) : [];
}
