/** Notes in a shared store, with the real program and git: both sides edit, a member is removed. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { needs } from "../helpers/system-packages.ts";
import { beginSharing, good, join as joinStore, makeRepository } from "../helpers/team.ts";

const LONG = 120_000;
const root = mkdtempSync(join(tmpdir(), "twinseed-notes-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const URI = "otpauth://totp/Test:me?issuer=Test&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

let scenes = 0;
async function two(): Promise<{ desk: Computer; laptop: Computer }> {
  const folder = join(root, `${++scenes}`);
  const bare = join(folder, "bare.git");
  makeRepository(bare);
  const on = (name: string, env: Record<string, string>) => computerIn(join(folder, name), env);
  const desk = on("desk", { TWINSEED_STORE: "file", TWINSEED_KEY: Buffer.alloc(32, 9).toString("base64") });
  const laptop = on("laptop", { TWINSEED_PASSPHRASE: "tribal garlic oxygen vintage" });
  await good(desk, ["add", "-", "--name", "me"], URI);
  await good(desk, ["note", "me", "--add-codes"], "aaaa-1111\nbbbb-2222\ncccc-3333");
  await beginSharing(desk, bare, "alice/desk");
  await joinStore(laptop, desk, bare, "bob/laptop");
  return { desk, laptop };
}

const noteOf = async (computer: Computer) => JSON.parse(await good(computer, ["note", "me", "--json"]));
const sync = async (...computers: Computer[]) => {
  for (const one of computers) await good(one, ["sync"]);
};

describe.skipIf(!needs("git"))("a shared note", { timeout: LONG }, () => {
  it("keeps both texts and every strike of two computers that changed it without knowing of each other", async () => {
    const { desk, laptop } = await two();
    await sync(desk, laptop);
    await good(desk, ["note", "me", "--edit"], "written at the desk");
    await good(laptop, ["note", "me", "--edit"], "written on the laptop");
    await good(desk, ["note", "me", "--use", "aaaa-1111"]);
    await good(laptop, ["note", "me", "--use", "bbbb-2222"]);
    await sync(desk, laptop, desk, laptop);
    const [a, b] = [await noteOf(desk), await noteOf(laptop)];
    expect(a.texts).toEqual(b.texts);
    expect(a.codes).toEqual(b.codes);
    expect(a.texts.map(({ text }: { text: string }) => text)).toEqual([
      "written at the desk",
      "written on the laptop",
    ]);
    expect(a.codes.filter(({ usedAt }: { usedAt: string | null }) => usedAt === null)).toHaveLength(1);
    const shown = await good(laptop, ["note", "me"]);
    expect(shown).toMatch(/\[written on [^\]]+, [\d :-]+\]\nwritten at the desk/);
    expect(shown).toContain("Recovery codes (1 of 3 unused)");
    await good(desk, ["note", "me", "--edit"], "one again");
    await sync(desk, laptop);
    expect((await noteOf(laptop)).texts).toHaveLength(1);
    await sync(laptop, desk);
    expect(execFileSync("git", ["status", "--porcelain"], { cwd: laptop.data, encoding: "utf8" })).toBe("");
  });

  it("is sealed again when a member is removed, who opens no later version", async () => {
    const { desk, laptop } = await two();
    await sync(desk, laptop);
    const [file = ""] = readdirSync(join(desk.data, "notes"));
    const keyOf = () => JSON.parse(readFileSync(join(desk.data, "notes", file), "utf8")).seals[0].key;
    const before = keyOf();
    await good(desk, ["store", "members", "remove", "bob"]);
    expect(keyOf()).not.toBe(before);
    await good(desk, ["note", "me", "--edit"], "for those who stayed");
    await good(desk, ["sync"]);
    expect((await noteOf(desk)).codes).toHaveLength(3);
    writeFileSync(join(laptop.data, "notes", file), readFileSync(join(desk.data, "notes", file), "utf8"));
    expect(await laptop.run(["note", "me"])).toMatchObject({ exitCode: 6, stdout: "" });
  });
});
