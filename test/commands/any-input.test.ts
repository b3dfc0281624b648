/** What users paste, pipe and name: bad values, keys in hex, URIs in the middle of anything, pictures inside of texts. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { base32Of, github } from "../helpers/accounts.ts";
import { rawZip } from "../helpers/raw-zip.ts";
import { testCli } from "../helpers/test-cli.ts";
import { drawPng, drawTwo } from "../qr/write-png.ts";

const now = "2005-03-18T01:58:29Z"; // RFC 6238: its key shows 081804
const KEY = base32Of(github);
const HEX = "3132333435363738393031323334353637383930";
const URI = `otpauth://totp/GitHub:octocat?secret=${KEY}&issuer=GitHub`;
const OTHER = "otpauth://totp/Mail:bob?secret=KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU&issuer=Mail";
const cli = () => testCli({ now });
const code = async (one: ReturnType<typeof testCli>, name: string) => (await one.run(`code ${name}`)).stdout;

describe("add, of a URI with a value that is wrong,", () => {
  it.each([
    ["period=0", "--period 30"],
    ["period=30.0", "--period 30"],
    ["digits=4", "--digits 6"],
    ["algorithm=MD5", "--algorithm SHA1"],
  ])("%s: names the option that helps, and obeys it", async (bad, option) => {
    const one = cli();
    const refused = await one.run("add -", { stdin: `${URI}&${bad}` });
    expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining(option) });
    expect(await one.run(`add - ${option}`, { stdin: `${URI}&${bad}` })).toMatchObject({ exitCode: 0 });
    expect(await code(one, "octocat")).toBe("081804\n");
  });

  it("of half a seed: says why its codes can never be right", async () => {
    const { exitCode, stderr } = await cli().run("add -", { stdin: `${URI}&2step_salt=20&2step_output=20` });
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining("privacyIDEA")]);
  });
});

describe("add, of a key", () => {
  it.each([
    ["hex", HEX],
    ["hex", "31:32:33:34:35:36:37:38:39:30:31:32:33:34:35:36:37:38:39:30"],
    ["base64", Buffer.from(HEX, "hex").toString("base64")],
  ])("in %s", async (encoding, text) => {
    const one = cli();
    const { stderr } = await one.run("add - --name x", { stdin: text });
    expect(stderr).toContain(`read the key as ${encoding}`);
    expect(stderr).not.toContain(text.slice(0, 8));
    expect(await code(one, "x")).toBe("081804\n");
  });

  it.each([`"${KEY}"`, `'${KEY}'`, `"${HEX}"\n`])("in quotation marks, as jq prints it", async (stdin) => {
    const one = cli();
    expect(await one.run("add - --name x", { stdin })).toMatchObject({ exitCode: 0 });
    expect(await code(one, "x")).toBe("081804\n");
    expect(await one.run("code -", { stdin })).toMatchObject({ stdout: "081804\n" });
  });

  const both = "ABCDEF2345672345ABCDEF2345672345";

  it("that can be read in two ways: a script has to say how", async () => {
    const one = cli();
    const { exitCode, stderr } = await one.run("add - --name x", { stdin: both });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("--encoding base32 or --encoding hex")]);
    expect(one.folder.files.size).toBe(0);
    expect(await one.run("add - --name hex --encoding hex", { stdin: both })).toMatchObject({ exitCode: 0 });
    expect(await one.run("add - --name base32 --encoding base32", { stdin: both })).toMatchObject({
      exitCode: 0,
    });
    expect(await code(one, "hex")).not.toBe(await code(one, "base32"));
    expect(await one.run("add - --name z --encoding base58", { stdin: both })).toMatchObject({ exitCode: 2 });
  });

  it("that can be read in two ways: a person chooses by the code", async () => {
    const one = cli();
    const { exitCode, terminal } = await one.run("add - --label x --name x", {
      stdin: both,
      answers: ["2", "n"],
    });
    expect(exitCode).toBe(0);
    const [, shown = ""] = /2 {2}(\d{6}) {2}hex/.exec(terminal) ?? [];
    expect(await code(one, "x")).toBe(`${shown}\n`);
    expect(await cli().run("add - --name x", { stdin: both, answers: ["3"] })).toMatchObject({ exitCode: 2 });
  });

  it("that is an argument is refused in hex, too", async () => {
    expect(await cli().run(`add ${HEX}`)).toMatchObject({
      exitCode: 2,
      stderr: expect.not.stringContaining(HEX),
    });
  });
});

describe("add, of any text,", () => {
  it.each([
    ["an entry of pass", `hunter2\nuser: octocat\n${URI}\n`],
    ["a note", `My GitHub account: ${URI}, printed in May.\n`],
    ["a script", `export MFA="${URI}"\n`],
    ["a page", `<a href="${URI.replaceAll("&", "&amp;")}">${URI.replaceAll("&", "&amp;")}</a>`],
  ])("%s: takes the URI in it, and says where it was", async (_, text) => {
    const one = cli();
    const { exitCode, stderr } = await one.run("add -", { stdin: text });
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/found in stdin, line \d: GitHub, octocat\n/),
    ]);
    expect(await code(one, "octocat")).toBe("081804\n");
    const pasted = testCli({ now, desktop: { text } });
    expect(await pasted.run("add --clipboard")).toMatchObject({ exitCode: 0 });
    expect(await code(pasted, "octocat")).toBe("081804\n");
  });

  it("several: a person sees place and code before anything is stored, a script says --all", async () => {
    const stdin = `one: ${URI}\ntwo: ${OTHER}\n${KEY}\n`;
    const refused = await cli().run("add -", { stdin });
    expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining("--all") });
    expect(refused.stderr).toContain("left out stdin, line 3: it may be a key");
    expect(refused.stderr).not.toContain(KEY);
    const person = cli();
    const { terminal } = await person.run("add -", { stdin, answers: ["1", "n"] });
    expect(terminal).toContain("1  line 1: GitHub, octocat, code 081804");
    expect(person.uris.size).toBe(1);
    const script = cli();
    expect(await script.run("add - --all", { stdin })).toMatchObject({ exitCode: 0 });
    expect(script.uris.size).toBe(2);
  });

  it.each([";", "; ", ",", "|", " ", "\t", "\u0085", "\u3000", ""])(
    "two URIs with %j between them are two accounts, and no seed is in a name",
    async (separator) => {
      for (const command of ["add -", "import - --yes"]) {
        const one = cli();
        const { exitCode, stderr } = await one.run(command, { stdin: `${URI}${separator}${OTHER}\n` });
        expect([exitCode, one.uris.size]).toEqual([0, 2]);
        expect(stderr + [...one.folder.files.values()].join("")).not.toMatch(/secret=/);
        expect(JSON.parse((await one.run("list --json")).stdout)).toMatchObject([
          { name: "GitHub:octocat" },
          { name: "Mail:bob" },
        ]);
        expect(await code(one, "octocat")).toBe("081804\n");
      }
    },
  );

  it("two in one argument, or in one QR code, are never one account", async () => {
    const both = `${URI};${OTHER}`;
    const one = cli();
    expect(await one.run(["add", both])).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("several otpauth URIs"),
    });
    const scanned = testCli({ now, files: { "x.png": await drawPng(both) } });
    expect(await scanned.run("add x.png --all")).toMatchObject({ exitCode: 0 });
    expect([one.uris.size, scanned.uris.size]).toEqual([0, 2]);
  });

  it("a QR code that can't be read next to another one is named, and the picture stays", async () => {
    const picture = await drawTwo(URI, OTHER, { covered: true });
    for (const command of ["add two.png --delete-image", "import two.png --yes --delete-file"]) {
      const one = testCli({ now, files: { "two.png": picture } });
      const { stderr } = await one.run(command);
      expect(stderr).toMatch(/"two.png".*: another QR code in it can't be read/);
      expect([one.uris.size, one.files.has("two.png")]).toEqual([1, true]);
    }
    const page = `<img src="data:image/png;base64,${picture.toString("base64")}">`;
    const { stderr } = await testCli({ now }).run("import - --dry-run", { stdin: page });
    expect(stderr).toContain("another QR code in it can't be read");
  });

  it("a picture in it is read as a picture", async () => {
    const base64 = Buffer.from(await drawPng(URI)).toString("base64");
    for (const stdin of [
      `data:image/png;base64,${base64}`,
      `<p><img src="data:image/png;base64,${base64}"></p>`,
    ]) {
      const one = cli();
      expect(await one.run("add -", { stdin })).toMatchObject({ exitCode: 0 });
      expect(await code(one, "octocat")).toBe("081804\n");
    }
    const broken = await cli().run("add -", { stdin: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==" });
    expect(broken).toMatchObject({ exitCode: 5, stderr: expect.stringContaining("PNG") });
  });

  it.each([
    ["duo://abc-123", "only Duo Mobile can use"],
    ["phonefactor://activate_account?code=1", "only Microsoft Authenticator can use"],
    ["FortiToken://x/abc", "only FortiToken can use"],
    ["https://example.org", "a web link"],
  ])("%s: says what it is", async (stdin, what) => {
    const { exitCode, stderr } = await cli().run("add -", { stdin });
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining(what)]);
    expect(stderr).toContain("hint: use the code that the service shows for an authenticator app");
  });
});

it.each([`'${URI}'`, `"${URI}"`, ` ${URI}\n`, HEX])("TWINSEED_URI may be %s", async (text) => {
  const one = testCli({ now });
  one.upkeep.env.TWINSEED_URI = text;
  expect(await one.run("code --env")).toMatchObject({ exitCode: 0, stdout: "081804\n" });
});

describe("import, of any text,", () => {
  it("shows place and code, and names what it can't use", async () => {
    const text = `# Kit\n- ${URI}\n- "${OTHER}"\n- ${OTHER.replace("Mail:bob", "Bad:x")}&period=0\n`;
    const { stdout, stderr } = await testCli({ now, files: { "kit.md": text } }).run(
      "import kit.md --dry-run",
    );
    expect(stdout).toMatch(/^081804 {2}GitHub:octocat {2}\(line 2\)\n\d{6} {2}Mail:bob {2}\(line 3\)\n$/);
    expect(stderr).toMatch(/skipped "kit.md", line 4.*period is not a whole number.*--period/);
  });

  it("reads the pictures of a page", async () => {
    const base64 = Buffer.from(await drawPng(URI)).toString("base64");
    const page = `<html><p>codes</p><img src="data:image/png;base64,${base64}"></html>`;
    const { stdout } = await testCli({ now, files: { "page.html": page } }).run("import page.html --dry-run");
    expect(stdout).toBe("081804  GitHub:octocat  (picture 1)\n");
  });

  it("reads a migration URI that is encoded twice", async () => {
    const [line = ""] = readFileSync(new URL("../fixtures/formats/google/parts.txt", import.meta.url), "utf8")
      .split("\n")
      .filter((one) => one.startsWith("otpauth-migration"));
    const data = line.slice(line.indexOf("data=") + 5);
    const twice = line.replace(
      data,
      encodeURIComponent(data.includes("%") ? data : encodeURIComponent(data)),
    );
    const once = await testCli({ now }).run("import - --dry-run", { stdin: line });
    const again = await testCli({ now }).run("import - --dry-run", { stdin: twice });
    expect(once.stdout).not.toBe("");
    expect(again.stdout).toBe(once.stdout);
  });

  it("asks for no password where nothing speaks for andOTP", async () => {
    const noise = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 167 + 13) % 251)).fill(0xff, 0, 2);
    const one = testCli({ files: { "backup.bin": noise, "x.otpauthdb": noise } });
    const unknown = await one.run("import backup.bin --dry-run", { answers: ["pw"] });
    expect(unknown).toMatchObject({ exitCode: 5, stderr: expect.stringContaining("unknown kind of file") });
    expect(unknown.stderr).toContain("--format andotp");
    expect(unknown.terminal).not.toContain("Password");
    expect(await one.run("import x.otpauthdb --dry-run")).toMatchObject({
      stderr: expect.stringContaining("OTP Auth"),
    });
    const forced = await one.run("import backup.bin --dry-run --format andotp", {
      answers: ["pw", "pw", "pw"],
    });
    expect(forced.terminal).toContain("Password");
  });

  it.each(["utf-16le", "utf-16be"])("reads %s with its byte order mark", async (encoding) => {
    const text = `\ufeff${URI.replace("GitHub:octocat", "GitHub:m%C3%BCller").replace("&", "&x=\u00fc&")}\r\n`;
    const bytes = Buffer.from(text, "utf16le");
    const file = encoding === "utf-16be" ? bytes.swap16() : bytes;
    for (const command of ["add -", "import - --yes"]) {
      const one = cli();
      expect(await one.run(command, { stdin: file })).toMatchObject({ exitCode: 0 });
      expect(await code(one, "m\u00fcller")).toBe("081804\n");
    }
  });

  it.each([
    ["windows-1252", Buffer.from(`otpauth://totp/M\u00fcller:x?secret=${KEY}`, "latin1")],
    ["UTF-16 without its mark", Buffer.from(URI, "utf16le")],
    ["text with a zero", Buffer.from(`${URI}\0\n`)],
  ])("says so where text has another encoding: %s", async (_, stdin) => {
    for (const command of ["add -", "import - --yes"]) {
      const { exitCode, stderr } = await cli().run(command, { stdin });
      expect([exitCode, stderr]).toEqual([5, expect.stringMatching(/another encoding than UTF-8.*iconv/s)]);
    }
  });

  it.each([
    [{ name: "x", totp: { secret: KEY } }, "TOTP"],
    [{ name: "x", mfa: { issuer: "A", secretKey: KEY } }, "TOTP"],
    [{ name: "x", otp: KEY, type: "totp", counter: 0 }, "TOTP"],
    [{ name: "x", totp: { secret: KEY, digits: 8 } }, "digits 8"],
    [{ name: "x", otp: KEY, type: "hotp" }, "type hotp"],
    [{ name: "x", otp: KEY, counter: 4 }, "counter 4"],
    [{ name: "x", secret: KEY }, "nothing"],
  ])(
    "a key in JSON of any program comes in, or is named where its codes are unusual: %j",
    async (item, how) => {
      const stdin = JSON.stringify([item, { uri: OTHER }]);
      const { stdout, stderr } = await cli().run("import - --dry-run", { stdin });
      expect(stdout.includes("081804")).toBe(how === "TOTP");
      if (/ /.test(how)) expect(stderr).toMatch(new RegExp(`its codes are not the usual ones \\(${how}\\)`));
    },
  );

  it.each([
    ["AWS 2FA: KEY", true],
    ["  - totp: KEY", true],
    ['totp = "KEY"', true],
    ["MFA_SECRET=KEY", true],
    ["the key: KEY", false],
  ])("a key in a text with URIs is named with its line, not passed over: %s", async (line, isNamed) => {
    const key = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLV";
    const stdin = `My codes\n${URI}\n${line.replace("KEY", key)}\n`;
    const { stdout, stderr } = await cli().run("import - --dry-run", { stdin });
    expect(stdout.match(/^\d{6} /gm)).toHaveLength(1);
    expect(stderr.includes("skipped stdin, line 3: it may be a key")).toBe(isNamed);
    expect(stderr).not.toContain(key);
  });

  it.each([" ", "QR-Code:"])(
    "a QR code whose text begins with %j is read as one that does not",
    async (before) => {
      const files = { "x.png": await drawPng(`${before}${URI}`) };
      for (const command of ["add x.png", "import x.png --yes"]) {
        const one = testCli({ now, files });
        expect([command, (await one.run(command)).exitCode, one.uris.size]).toEqual([command, 0, 1]);
      }
    },
  );

  it("a key below a URI in a note comes in, too", async () => {
    const notes = `${URI}\nTOTP: KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLV`;
    const stdin = JSON.stringify({ encrypted: false, items: [{ type: 2, name: "N", notes }] });
    const one = cli();
    expect(await one.run("import - --yes", { stdin })).toMatchObject({ exitCode: 0 });
    expect(one.uris.size).toBe(2);
  });

  it("Duo's counter-based accounts come in, and are not called skipped", async () => {
    const stdin = JSON.stringify([{ name: "A:b", otpGenerator: { otpSecret: KEY, counter: 5 } }]);
    const { stdout, stderr } = await cli().run("import - --dry-run", { stdin });
    expect([stdout, stderr]).toEqual([
      expect.stringContaining("A:b"),
      expect.not.stringContaining("skipped"),
    ]);
  });

  it("JSON that is cut off: what was not looked for is named, and nothing is called complete", async () => {
    const items = [
      { type: 1, name: "A", login: { username: "b", totp: KEY } },
      { type: 1, name: "GitHub", login: { username: "octocat", totp: URI } },
      { type: 1, name: "C", login: { username: "d", totp: "" } },
    ];
    const whole = JSON.stringify({ encrypted: false, items });
    const cut = await cli().run("import - --dry-run", { stdin: whole.slice(0, -20) });
    expect(cut.stderr).toMatch(/skipped stdin, the rest of the file: it is not valid JSON.*cut off/);
    const none = await cli().run("import - --dry-run", { stdin: whole.slice(0, 60) });
    expect(none).toMatchObject({ exitCode: 5, stderr: expect.stringContaining("not valid JSON") });
  });

  it("an Android app's settings that are cut off: says so", async () => {
    const token = JSON.stringify({ type: "TOTP", label: "b", issuerExt: "A", secret: [49, 50, 51, 52, 53] });
    const strings = ["A:b", "A:c"].map((name) => `<string name="${name}">${token}</string>`);
    const stdin = `<?xml version='1.0'?><map><string name="tokenOrder">[]</string>${strings.join("")}</map>\n`;
    const whole = await cli().run("import - --dry-run", { stdin });
    expect(whole.stderr).not.toContain("skipped");
    const cut = await cli().run("import - --dry-run", { stdin: stdin.slice(0, -60) });
    expect([cut.stdout, cut.stderr]).toEqual([
      expect.stringContaining("A:b"),
      expect.stringContaining("skipped stdin, the rest of the file: it is cut off"),
    ]);
  });

  it("JSON with a name twice in one object: says that only the last was read", async () => {
    const login = `{"username":"octocat","totp":"${KEY}AAAA","totp":"${URI}"}`;
    const stdin = `{"encrypted":false,"items":[{"type":1,"name":"GitHub","login":${login}}]}`;
    const { exitCode, stderr } = await cli().run("import - --yes", { stdin });
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/"totp": an object .* more than once/)]);
    expect(stderr).not.toContain(KEY);
  });

  it("AWS: a device without its seed next to one that has it is named", async () => {
    const devices = ["a", "b"].map((name) => ({ SerialNumber: `arn:aws:iam::123456789012:mfa/${name}` }));
    const stdin = JSON.stringify([{ ...devices[0], Base32StringSeed: KEY }, devices[1]]);
    const { stderr } = await cli().run("import - --dry-run", { stdin });
    expect(stderr).toMatch(/skipped stdin, entry 2 \(b@123456789012\): it has no seed/);
  });

  it("the name of a file in an archive can't write to the terminal", async () => {
    const members = [
      ["a\x1b[31mred.maFile", "{}"],
      ["b\x1b]52;c;eA==\x07.maFile", JSON.stringify({ shared_secret: "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=" })],
    ] as const;
    const one = testCli({ now, files: { "x.zip": rawZip(members, { utf8: true }) } });
    const { stdout, stderr } = await one.run("import x.zip --yes");
    expect([one.uris.size, stderr]).toEqual([1, expect.stringContaining("a[31mred.maFile")]);
    expect(stdout + stderr).not.toMatch(/[\x07\x1b]/);
    expect(JSON.stringify([...one.folder.files.values()])).not.toMatch(/\\u001b/);
  });

  it("calls Zoho's account by its name", async () => {
    const zoho = `Password Name,Notes,SecretData,login_totp\nAWS,,"SecretType:Web Account\nUser Name:root\nPassword:x\n",${KEY}\n`;
    const { stdout } = await testCli({ now, files: { "zoho.csv": zoho } }).run("import zoho.csv --dry-run");
    expect(stdout).toBe("081804  AWS:root\n");
  });
});

it("Bitwarden: four seeds in the file are four accounts", async () => {
  const seed = (last: string) => `${KEY.slice(0, -1)}${last}`;
  const items = [
    {
      type: 1,
      name: "Exchange",
      login: { username: "me", totp: KEY },
      fields: [{ name: "TOTP", value: `otpauth://totp/Exchange:funding?secret=${seed("B")}`, type: 1 }],
    },
    {
      type: 1,
      name: "Old",
      login: { username: "me", totp: null },
      fields: [{ name: "otp", value: seed("C"), type: 1 }],
    },
    {
      type: 2,
      name: "Note",
      notes: `the code: otpauth://totp/N:me?secret=${seed("D")}`,
      secureNote: { type: 0 },
    },
    {
      type: 1,
      name: "Gone",
      deletedDate: "2026-01-01T00:00:00Z",
      notes: `otpauth://totp/G:me?secret=${seed("E")}`,
    },
  ];
  const file = JSON.stringify({ encrypted: false, folders: [], items });
  const { stdout, stderr } = await testCli({ now, files: { "b.json": file } }).run("import b.json --dry-run");
  expect(stdout.match(/^\d{6} {2}.*$/gm)?.map((line) => line.slice(8))).toEqual([
    "Exchange:me",
    "Exchange:funding",
    "Old:me",
    "N:me",
  ]);
  expect(stderr).toContain('skipped "b.json", items 4, "notes" (Gone): it is in the trash');
});

describe("a title is never empty", () => {
  it.each(["bitwarden", "2fas", "keepassxc-csv"])("%s", async (format) => {
    const old = `otpauth://totp/root-account-mfa-device@123456789012?secret=${KEY}`;
    const one = cli();
    await one.run("add -", { stdin: old });
    const { stdout } = await one.run(`export ${format} --plaintext`);
    const title = format === "keepassxc-csv" ? /^"Root","([^"]*)"/m : /"name": "([^"]*)"/;
    expect(title.exec(stdout)?.[1]).toBe("root-account-mfa-device@123456789012");
    const back = cli();
    await back.run("import - --yes", { stdin: stdout });
    expect(JSON.parse((await back.run("list --json")).stdout)).toMatchObject([
      { issuer: "", label: "root-account-mfa-device@123456789012" },
    ]);
  });
});
