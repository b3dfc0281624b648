/**
 * What Windows says about a file comes from whoever could set its access list: the user, an administrator, an installer, or the
 * folder above ("C:\" lets all users read). A list that we misread must never end in "no other user can read them". The lists are
 * as icacls saves them.
 */
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { otherReaders } from "../../src/system/care/access-lists.ts";
import { accessOf, type RunWindows } from "../../src/system/care/windows-access.ts";
import { temporaryFolder } from "../helpers/child.ts";

const ALICE = "S-1-5-21-1004336348-1177238915-682003330-1001";
const BOB = "S-1-5-21-1004336348-1177238915-682003330-1002";
const OWN = `(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;${ALICE})`;
/** What a folder directly below C:\ inherits. */
const FROM_DRIVE = "(A;OICIID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)";

const saved = (...lists: string[]) => lists.map((list, i) => `twinseed\\${i}.json\r\n${list}\r\n`).join("");
const namesIn = (...lists: string[]) => otherReaders(saved(...lists), ALICE)?.map(({ name }) => name);

describe("no other user", () => {
  it.each([
    ["in one's own profile", `D:AI${OWN}`],
    ["with an end to inheritance", `D:PAI(A;;FA;;;${ALICE})`],
    ["with no entry at all", "D:P"],
    ["with an entry for whatever the owner is", "D:AI(A;OICIIO;FA;;;CO)(A;;RC;;;OW)"],
    ["where others are denied", `D:AI(D;;FA;;;${BOB})(D;OICI;FA;;;WD)${OWN}`],
    ["with apps in a container", `D:AI(A;;0x1200a9;;;AC)(A;;0x1200a9;;;S-1-15-2-2)${OWN}`],
  ])("%s", (_, list) => {
    expect(namesIn(list)).toEqual([]);
  });

  it("a file that begins with a byte order mark", () => {
    expect(otherReaders(`\uFEFF${saved(`D:AI${OWN}`)}`, ALICE)).toEqual([]);
  });
});

describe("others", () => {
  it.each([
    ["below C:\\", `D:AI${OWN}${FROM_DRIVE}`, ["the group Users", "all users who sign in"]],
    ["another user", `D:AI${OWN}(A;;FR;;;${BOB})`, [BOB]],
    [
      "another user, whom a rule lets in and another one keeps out",
      `D:(D;;FA;;;${BOB})(A;;FR;;;${BOB})`,
      [BOB],
    ],
    ["everyone, to write only", `D:${OWN}(A;;FW;;;WD)`, ["Everyone"]],
    ["everyone, by the whole number", `D:${OWN}(A;;FR;;;S-1-1-0)`, ["Everyone"]],
    ["a group of the domain", `D:${OWN}(A;;FR;;;DU)`, ["the group DU"]],
    ["without any list", "D:NO_ACCESS_CONTROL", ["Everyone"]],
    ["of an object", `D:${OWN}(OA;;RP;4c164200-20c0-11d0-a768-00aa006e0529;;AU)`, ["all users who sign in"]],
  ])("%s", (_, list, expected) => {
    expect(namesIn(list)).toEqual(expected);
  });

  it("one file among many is enough", () => {
    expect(namesIn(`D:AI${OWN}`, `D:AI${OWN}`, `D:AI${OWN}(A;;FR;;;BG)`)).toEqual(["the group Guests"]);
  });

  it("the user's own SID is compared whole", () => {
    expect(namesIn(`D:(A;;FA;;;${ALICE}0)`)).toEqual([`${ALICE}0`]);
  });
});

it.each([
  ["nothing", ""],
  ["a name without a list", "twinseed\r\n"],
  ["words", "twinseed\r\nAccess is denied.\r\n"],
  ["what icacls prints", `C:\\twinseed NT AUTHORITY\\SYSTEM:(I)(OI)(CI)(F)\r\n  alice:(F)\r\n`],
  ["an entry that is cut", saved("D:AI(A;;FA;;;S")],
  ["an entry of another kind", saved(`D:AI${OWN}(XA;;FX;;;WD;(@User.Title=="PM"))`)],
  ["an entry of a kind that we don't know", saved(`D:AI${OWN}(ZZ;;FX;;;WD)`)],
  ["flags that we don't know", saved(`D:XY${OWN}`)],
  ["no list of this kind", saved(`S:AI${OWN}`)],
  ["one good list and one that is not", saved(`D:AI${OWN}`, "D:AI(")],
])("can't tell from %s", (_, text) => {
  expect(otherReaders(text, ALICE)).toBeUndefined();
});

describe("asking Windows", () => {
  const HOME = "C:\\Users\\alice b\\twinseed";
  const whoami = `"desktop\\alice","${ALICE}"\r\n`;

  /** icacls saves `lists` in UTF-16, as it does. */
  function windows(user: string | undefined, lists: string | undefined) {
    const asked: string[][] = [];
    const run: RunWindows = async (name, ...args) => {
      asked.push([name, ...args]);
      if (name === "whoami.exe") return user;
      if (lists === undefined) return undefined;
      writeFileSync(args[2] ?? "", lists, "utf16le");
      return "";
    };
    return { asked, run };
  }

  it("others, and the command that takes their rights away", async () => {
    const { run, asked } = windows(whoami, saved(`D:AI${OWN}${FROM_DRIVE}`));
    expect(await accessOf([HOME], temporaryFolder(), run)).toEqual([
      {
        path: HOME,
        others: ["the group Users", "all users who sign in"],
        fix: `icacls "${HOME}" /inheritance:d /remove:g "*S-1-5-32-545" "*S-1-5-11" /t`,
      },
    ]);
    expect(asked[1]?.slice(0, 3)).toEqual(["icacls.exe", HOME, "/save"]);
  });

  it("what is not safe in a shell is not part of the command", async () => {
    const fixFor = async (path: string, list: string) =>
      (await accessOf([path], temporaryFolder(), windows(whoami, saved(list)).run))[0]?.fix;
    expect(await fixFor("C:\\a & %b%", "D:(A;;FR;;;WD)")).toBe(
      'icacls PATH /inheritance:d /remove:g "*S-1-1-0" /t',
    );
    // A group of which only the short form is known.
    expect(await fixFor(HOME, "D:(A;;FR;;;WD)(A;;FR;;;DU)")).toBe(
      "take the rights away in its properties, under Security",
    );
  });

  it.each([
    ["whoami is missing", undefined, saved(`D:AI${OWN}`)],
    ["whoami prints only the name, as that of Wine does", "VM\\root\r\n", saved(`D:AI${OWN}`)],
    ["icacls fails", whoami, undefined],
    ["icacls writes nothing", whoami, ""],
  ])("can't tell: %s", async (_, user, lists) => {
    const { run } = windows(user, lists);
    expect(await accessOf([HOME], temporaryFolder(), run)).toEqual([{ path: HOME }]);
  });
});
