/** CSV files, read and written. The files of the apps themselves are fixtures; here stands what is common to all. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csv } from "../../src/formats/csv.ts";
import { foreignText, openForeignFile } from "../../src/formats/foreign-file.ts";
import type { Reading } from "../../src/formats/format.ts";
import { formatOf } from "../../src/formats/index.ts";
import { keepassxcCsv } from "../../src/formats/keepassxc-csv.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { enrollments } from "../helpers/arbitraries.ts";

const KEY = "GEZDGNBVGY3TQOJQ";
const nobody = async () => Promise.reject(new Error("asked for a password"));

describe("KeePassXC's CSV, written", () => {
  const { writer } = keepassxcCsv;
  const options = { random: () => new Uint8Array(), now: 1_700_000_000_000 };
  const write = async (list: readonly Enrollment[]) => (await writer?.write(list, options)) ?? "";
  const isKept = (one: Enrollment) => writer?.reasonToOmit(one, []) === undefined;

  it("comes back as it went out", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(enrollments().map(shortened), { maxLength: 5 }), async (all) => {
        const kept = all.filter(isKept);
        const file = await openForeignFile("x.csv", Buffer.from(await write(kept)));
        expect(formatOf(file)).toBe(keepassxcCsv);
        const { entries, skipped } = await keepassxcCsv.read(file, nobody);
        expect(skipped).toEqual([]);
        expect(entries.map(({ enrollment }) => shown(enrollment))).toEqual(kept.map(shown));
      }),
      { numRuns: 300 },
    );
  });

  it("leaves out what KeePassXC can't hold, and nothing else", () => {
    fc.assert(
      fc.property(enrollments(), (one) => {
        const { otp } = one;
        expect(isKept(one)).toBe(
          otp.type === "steam" || (otp.type === "totp" && otp.period <= 60 && otp.digits <= 9),
        );
      }),
    );
  });

  it("has the header, the quotation marks and the times of KeePassXC's own", async () => {
    const uri = `otpauth://totp/A:"b"?secret=${KEY}&issuer=A`;
    const [entry] = (await read(`title,totp,username\n,"${uri.replaceAll('"', '""')}",\n`)).entries;
    expect(await write(entry === undefined ? [] : [entry.enrollment])).toBe(
      '"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"\n' +
        `"Root","A","""b""","","","","otpauth://totp/A:%22b%22?secret=${KEY}&issuer=A&algorithm=SHA1&digits=6&period=30",` +
        '"0","2023-11-14T22:13:20Z","2023-11-14T22:13:20Z"\n',
    );
  });
});

describe("CSV, read", () => {
  it.each([
    ["line ends of Windows", `title,username,totp\r\nA,b,${KEY}\r\n`],
    ["line ends of old Macs", `title,username,totp\rA,b,${KEY}\r`],
    ["mixed line ends", `title,username,totp\r\nA,b,${KEY}\n`],
    ["no last line end", `title,username,totp\nA,b,${KEY}`],
    ["a byte order mark", `\ufefftitle,username,totp\nA,b,${KEY}\n`],
    ["quoted names", `"Title","Username","TOTP"\n"A","b","${KEY}"\n`],
    ["spaces around", `title, username, totp\nA, b, ${KEY}\n`],
    ["other capitals and spaces in names", `Name,User_Name,One Time-Password\nA,b,${KEY}\n`],
    ["other order", `totp,login,name\n${KEY},b,A\n`],
    ["semicolons", `title;username;totp\nA;b;${KEY}\n`],
    ["tabs", `title\tusername\ttotp\nA\tb\t${KEY}\n`],
    ["rows longer than the header", `title,username,totp\nA,b,${KEY},,x\n`],
    ["blank lines", `title,username,totp\n\n\r\nA,b,${KEY}\n\n`],
    ["Excel's first line", `sep=;\r\ntitle;username;totp\r\nA;b;${KEY}\r\n`],
    ["a separator in a quoted name", `"tags, if any","title","username","totp"\nx,A,b,${KEY}\n`],
    ["a line break in a quoted name", `"title","username","totp","tags,\nif any"\nA,b,${KEY},\n`],
    ["an issuer of its own", `name,issuer,totp\nb,A,${KEY}\n`],
  ])("%s", async (_, text) => {
    expect(formatOf(await openForeignFile("x", Buffer.from(text)))).toBe(csv);
    const { entries, skipped } = await read(text);
    expect(entries.map(({ enrollment }) => formatOtpauthUri(enrollment, "short"))).toEqual([
      `otpauth://totp/A:b?secret=${KEY}&issuer=A`,
    ]);
    expect(skipped).toEqual([]);
  });

  it.each([",8", "60,", "60,x", ",", "x,8"])(
    "takes period and digits from behind the header only where both are there, not %j",
    async (more) => {
      const { entries } = await read(`title,username,totp\nA,b,${KEY},Issuer,${more}\n`);
      expect(entries).toMatchObject([{ enrollment: { otp: { digits: 6, period: 30 } } }]);
      const both = await read(`title,username,totp\nA,b,${KEY},Issuer,60,8\n`);
      expect(both.entries).toMatchObject([{ enrollment: { otp: { digits: 8, period: 60 } } }]);
    },
  );

  it.each([
    ["algorithm,digits,period", "SHA256,8,60", { type: "totp", algorithm: "SHA256", digits: 8, period: 60 }],
    ["Algorithm,Interval", "HMAC-SHA-512,60 sec", { algorithm: "SHA512", digits: 6, period: 60 }],
    ["type,counter", "HOTP,8", { type: "hotp", counter: 8 }],
    ["counter", "8", { type: "hotp", counter: 8 }],
    ["type", "login", { type: "totp", algorithm: "SHA1", digits: 6, period: 30 }],
    ["type", "steam", { type: "steam" }],
  ])("a bare key is read with what its row says about it: %s", async (names, cells, otp) => {
    const { entries, skipped } = await read(`title,username,totp,${names}\nA,b,${KEY},${cells}\n`);
    expect(entries).toMatchObject([{ enrollment: { issuer: "A", otp } }]);
    expect([entries.length, skipped]).toEqual([1, []]);
  });

  it.each([
    ["digits", "eight", "digits"],
    ["period", "-30", "period"],
    ["algorithm", "MD5", "algorithm"],
    ["type", "mOTP", "mOTP"],
  ])("a bare key that its row makes unusable is named: %s %s", async (name, value, reason) => {
    const { entries, skipped } = await read(`title,totp,${name}\nA,${KEY},${value}\n`);
    expect([entries, skipped.length]).toEqual([[], 1]);
    expect(skipped).toMatchObject([{ at: "row 2", reason: expect.stringContaining(reason) }]);
  });

  it("a second key in a row with unusual codes is named, not read with the usual ones", async () => {
    const { entries, skipped } = await read(`title,totp,OTP key 2,digits\nA,${KEY},${KEY}AAAA,8\n`);
    expect(entries).toMatchObject([{ enrollment: { otp: { digits: 8 } } }]);
    expect(skipped).toMatchObject([{ reason: expect.stringContaining("digits 8") }]);
  });

  it("says where a row stands as a spreadsheet counts, however many lines its cells have", async () => {
    const { entries } = await read(`title,notes,totp\nA,"1\n2\n3",\n\nB,,${KEY}\n`);
    expect(entries.map(({ at }) => at)).toEqual(["row 4"]);
  });

  it("passes over rows shorter than the header and rows without a one-time password", async () => {
    const { entries, skipped } = await read(`title,username,totp\nA\nB,b,\nC,c,${KEY}\n`);
    expect([entries.length, skipped]).toEqual([1, []]);
  });

  it("says so where no row has one, and where passwords lie open", async () => {
    expect((await read("title,password,totp\nA,made up,\n")).notes).toEqual([
      "the file also contains passwords in plain text",
      "none of its rows has a one-time password",
    ]);
    expect((await read(`title,password,totp\nA,,${KEY}\n`)).notes).toEqual([]);
  });

  it("names the row, never the key", async () => {
    const { skipped } = await read("title,username,totp\nA,b,NOT-A-KEY-0189\n");
    expect(skipped).toMatchObject([{ at: "row 2", who: "A: b" }]);
    expect(JSON.stringify(skipped)).not.toContain("0189");
  });

  it.each(["url,username,password\nx,y,z\n", "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ,totp", "totp\n"])(
    "is not taken for one: %j",
    async (text) => {
      expect(csv.detect(await openForeignFile("x.csv", Buffer.from(text)))).toBe(false);
    },
  );

  it("says what is missing where somebody insists", async () => {
    await expect(read("url,username,password\nx,y,z\n")).rejects.toThrow(
      "has no column of one-time passwords",
    );
  });
});

/** Generated periods are of any length; what can be kept shall be frequent. */
function shortened(one: Enrollment): Enrollment {
  const { otp } = one;
  return otp.type === "totp" && otp.period % 2 === 0
    ? { ...one, otp: { ...otp, period: 1 + (otp.period % 60) } }
    : one;
}

async function read(text: string): Promise<Reading> {
  return csv.read(foreignText("x.csv", text.replace(/^\ufeff/, "")), nobody);
}

function shown({ issuer, label, otp, secret }: Enrollment) {
  return { issuer, label, ...otp, secret: Buffer.from(secret.reveal()).toString("hex") };
}
