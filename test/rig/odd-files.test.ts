/** Wrong files in place of ours: links, files of a newer twinseed, and files that belong to other users or are open to them. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../helpers/child.ts";
import { type Filled, filledHome } from "./filled.ts";
import type { Operation } from "./operations.ts";
import * as operations from "./operations.ts";

const isRoot = process.getuid?.() === 0;

/** The files and folders of a home, by name. */
const PLACES: Readonly<Record<string, (home: Filled) => string>> = {
  "config.json": () => "config.json",
  "devices.json": () => "devices.json",
  "an account": ({ plain }) => `accounts/${plain.id}.json`,
  "a removed account": ({ removed }) => `removed/${removed.id}.json`,
  "a seed": ({ plain }) => `seeds/${plain.id}.json`,
  "the key": ({ data }) => `keys/${fs.readdirSync(join(data, "keys"))[0]}`,
  "accounts/": () => "accounts",
  "removed/": () => "removed",
  "seeds/": () => "seeds",
  "keys/": () => "keys",
  "steps/": () => "steps",
  "steps of one seed": ({ data }) => `steps/${fs.readdirSync(join(data, "steps"))[0]}`,
};

/** Commands of every kind. */
function commands({ plain, counting, removed, tools }: Filled): Operation[] {
  return [
    operations.code(plain, "--once", "--no-wait"),
    operations.code(counting),
    operations.rename(plain, tools),
    operations.add([operations.newEnrollment(tools)]),
    operations.addDevice(tools),
    operations.restore(removed, tools),
    operations.remove(plain),
  ];
}

function contentOf(path: string): string {
  const names = fs.statSync(path).isDirectory()
    ? fs.readdirSync(path, { recursive: true, encoding: "utf8" })
    : [""];
  return names
    .map((name) => join(path, name))
    .map((file) => `${file} ${fs.statSync(file).isDirectory() ? "" : fs.readFileSync(file, "utf8")}`)
    .sort()
    .join("\n");
}

describe("a link", () => {
  it.each(Object.entries(PLACES))(
    "in the place of %s is refused, named by doctor, and nothing behind it changes",
    async (_, of) => {
      const home = await filledHome(temporaryFolder());
      const { data, here } = home;
      await here.run(["code", home.plain.id, "--once", "--no-wait"]);
      const name = of(home);
      const behind = join(temporaryFolder(), "behind");
      fs.renameSync(join(data, name), behind);
      fs.symlinkSync(behind, join(data, name));
      const before = contentOf(behind);
      const ended = [];
      for (const { args, stdin } of commands(home)) ended.push(await here.run(args, stdin));
      expect(contentOf(behind)).toBe(before);
      expect(fs.readlinkSync(join(data, name))).toBe(behind);
      const said = ended.map(({ stderr }) => stderr).join("");
      expect(said).toContain(name);
      expect(said).not.toMatch(/\bbug\b/);
      const doctor = await here.run(["doctor"]);
      expect(doctor).toMatchObject({ exitCode: expect.toSatisfy((code) => code === 1 || code === 6) });
      expect(doctor.stdout + doctor.stderr).toMatch(/is a link/);
      expect(doctor.stderr).not.toMatch(/\bbug\b/);
    },
  );
});

describe("a file of a newer twinseed", () => {
  it.each(Object.entries(PLACES).filter(([what]) => !/\/$|steps/.test(what)))(
    "in the place of %s stays as it is, whatever is done",
    async (_, of) => {
      const home = await filledHome(temporaryFolder());
      const { data, here } = home;
      const path = join(data, of(home));
      const newer = fs.readFileSync(path, "utf8").replace(/(?<="version":\s*)\d+/, (n) => `${Number(n) + 1}`);
      fs.writeFileSync(path, newer);
      const ended = [];
      for (const { args, stdin } of commands(home)) ended.push(await here.run(args, stdin));
      ended.push(await here.run(["restore", home.plain.id]), await here.run(["doctor", "--repair"]));
      expect(fs.readFileSync(path, "utf8")).toBe(newer);
      const said = ended.map(({ stdout, stderr }) => stdout + stderr).join("");
      expect(said).toMatch(/newer twinseed/);
      expect(said).not.toMatch(/\bbug\b/);
      expect(fs.existsSync(join(data, "damaged"))).toBe(false);
    },
  );

  it("incoming.json: nothing is changed before it has come in", async () => {
    const { data, here, plain, tools } = await filledHome(temporaryFolder());
    const newer = '{"version":2,"accounts":[]}';
    fs.writeFileSync(join(data, "incoming.json"), newer, { mode: 0o600 });
    const { args } = operations.rename(plain, tools);
    expect(await here.run(args)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("newer twinseed"),
    });
    expect(fs.readFileSync(join(data, "incoming.json"), "utf8")).toBe(newer);
    expect(await here.run(["code", plain.id])).toMatchObject({ exitCode: 0 });
  });
});

describe.skipIf(process.platform === "win32")("a data folder that lets others in", () => {
  it("is not believed, is warned of by doctor, and set right by doctor --repair", async () => {
    const home = await filledHome(temporaryFolder());
    const { data, here, plain } = home;
    const names = ["", ...fs.readdirSync(data, { recursive: true, encoding: "utf8" })];
    const modes = () => names.map((name) => fs.statSync(join(data, name)).mode & 0o777);
    const right = modes();
    for (const name of names) fs.chmodSync(join(data, name), 0o777);
    expect(await here.run(["code", plain.id])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("can be written by others (mode 0777)"),
    });
    const found = await here.run(["doctor"]);
    expect(found.exitCode).toBe(1);
    expect(found.stdout).toMatch(/0777/);
    expect(await here.run(["doctor", "--repair"])).toMatchObject({ exitCode: 0 });
    expect(modes()).toEqual(right);
    expect(await here.run(["code", plain.id])).toMatchObject({ exitCode: 0 });
  });

  it.skipIf(!isRoot)("or belongs to another: doctor says whose it is (needs root)", async () => {
    const { data, here, plain } = await filledHome(temporaryFolder());
    fs.chownSync(join(data, "accounts", `${plain.id}.json`), 12_345, 12_345);
    const { exitCode, stdout } = await here.run(["doctor", "--repair"]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/12345/);
  });
});

describe("a file system that takes upper and lower case for the same", () => {
  it("finds every name as it is", async () => {
    const { data, here, plain, tools } = await filledHome(temporaryFolder());
    await here.run(["code", plain.id, "--once", "--no-wait"]);
    await here.run(
      operations.importFile(
        [1, 2].map(() => operations.newEnrollment(tools)),
        tools,
      ).args,
    );
    const names = fs.readdirSync(data, { recursive: true, encoding: "utf8" });
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => name !== name.toLowerCase())).toEqual([]);
  });
});
