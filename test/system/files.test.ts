import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { userFiles } from "../../src/system/disk/user-files.ts";
import { expandWildcards } from "../../src/system/disk/wildcards.ts";
import { bundle, temporaryFolder } from "../helpers/child.ts";

const mode = (path: string): string => (fs.statSync(path).mode & 0o777).toString(8);

describe("reading the user's files", () => {
  it("reads up to the limit", async () => {
    const path = join(temporaryFolder(), "file");
    fs.writeFileSync(path, "x".repeat(200_000));
    expect(await userFiles.read(path, 200_000)).toHaveLength(200_000);
    await expect(userFiles.read(path, 199_999)).rejects.toMatchObject({
      name: "UserError",
      exitCode: 5,
      message: `can't read "${path}": it is larger than 199999 bytes`,
    });
  });

  it("says what is not there, and what is a folder, without their control characters", async () => {
    const folder = temporaryFolder();
    await expect(userFiles.read(join(folder, "no\x1b[31m"), 10)).rejects.toMatchObject({
      exitCode: 5,
      message: `can't read "${folder}/no[31m": no such file`,
    });
    await expect(userFiles.read(folder, 10)).rejects.toMatchObject({
      exitCode: 5,
      message: `can't read "${folder}": it is a folder`,
    });
    await expect(userFiles.read("/dev/null/x", 10)).rejects.toMatchObject({ name: "UserError", exitCode: 5 });
  });

  it.skipIf(process.platform === "win32")("reads fifos and devices up to the limit", async () => {
    const fifo = join(temporaryFolder(), "fifo");
    execFileSync("mkfifo", [fifo]);
    spawn("sh", ["-c", 'printf "%s" hello > "$0"', fifo]);
    expect(Buffer.from(await userFiles.read(fifo, 10)).toString()).toBe("hello");
    await expect(userFiles.read("/dev/zero", 100_000)).rejects.toThrow("larger than 100000 bytes");
    const script = bundle(
      `import { userFiles } from "./src/system/disk/user-files.ts";
       userFiles.read("/dev/stdin", 100).then((bytes) => console.log(bytes.length));`,
      temporaryFolder(),
    );
    // Through a shell: Linux can't open /dev/stdin where that is a socket, which Node would give us.
    const line = `printf hello | ${process.execPath} ${script}`;
    expect(execFileSync("sh", ["-c", line], { encoding: "utf8" })).toBe("5\n");
  });
});

describe("writing the user's files", () => {
  it("makes a new 0600 file, and overwrites only when told to", async () => {
    const path = join(temporaryFolder(), "export.json");
    await userFiles.write(path, "one");
    expect(mode(path)).toBe("600");
    await expect(userFiles.write(path, "two")).rejects.toMatchObject({
      name: "UserError",
      exitCode: 1,
      hints: [expect.stringContaining("--force")],
    });
    expect(fs.readFileSync(path, "utf8")).toBe("one");
    fs.chmodSync(path, 0o644);
    await userFiles.write(path, new Uint8Array([50]), { replace: true });
    expect(fs.readFileSync(path, "utf8")).toBe("2");
    expect(mode(path)).toBe("600");
    expect(fs.readdirSync(join(path, ".."))).toEqual(["export.json"]);
  });

  it("keeps a link a link, and takes one that leads nowhere for a file", async () => {
    const folder = temporaryFolder();
    const [file, link, broken] = [join(folder, "file"), join(folder, "link"), join(folder, "broken")];
    fs.writeFileSync(file, "one");
    fs.symlinkSync("file", link);
    fs.symlinkSync("nowhere", broken);
    await userFiles.write(link, "two", { replace: true });
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(file, "utf8")).toBe("two");
    await expect(userFiles.write(broken, "x")).rejects.toThrow("already exists");
  });

  it("says so where the folder is missing, or the name is a folder's", async () => {
    const folder = temporaryFolder();
    await expect(userFiles.write(join(folder, "no/file"), "x")).rejects.toMatchObject({
      name: "UserError",
      exitCode: 1,
    });
    await expect(userFiles.write(folder, "x", { replace: true })).rejects.toThrow("it is a folder");
  });
});

describe.skipIf(process.platform === "win32")("writing into what is no file", () => {
  const fifoIn = (folder: string): string => {
    const fifo = join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    return fifo;
  };

  it("is asked for: whoever made it reads what is written", async () => {
    const folder = temporaryFolder();
    const link = join(folder, "link");
    fs.symlinkSync("/dev/null", link);
    const socket = join(folder, "socket");
    const server = createServer().listen(socket);
    await once(server, "listening");
    const kinds = [
      [fifoIn(folder), "a pipe"],
      [socket, "a socket"],
      ["/dev/null", "a device"],
      [link, "a device"],
    ];
    for (const [path = "", kind] of kinds)
      await expect(userFiles.write(path, "seed")).rejects.toMatchObject({
        name: "UserError",
        exitCode: 1,
        message: `"${path}" already exists, as ${kind}`,
        hints: ["choose another name, or write into it with: --force"],
      });
    await expect(userFiles.write(socket, "seed", { replace: true })).rejects.toMatchObject({ exitCode: 1 });
    server.close();
  });

  it("leaves it in its place, and does not wait for a reader", async () => {
    await userFiles.write("/dev/null", "x", { replace: true });
    expect(fs.statSync("/dev/null").isCharacterDevice()).toBe(true);
    const fifo = fifoIn(temporaryFolder());
    await expect(userFiles.write(fifo, "x", { replace: true })).rejects.toMatchObject({
      exitCode: 1,
      message: `can't write "${fifo}": no process reads from it`,
    });
    const reader = fs.openSync(fifo, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    await userFiles.write(fifo, "hello", { replace: true });
    expect(fs.readFileSync(reader, "utf8")).toBe("hello");
    fs.closeSync(reader);
  });

  it.skipIf(process.getuid?.() !== 0)("names another user", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "file");
    fs.writeFileSync(file, "x");
    const fifo = fifoIn(folder);
    for (const path of [file, fifo]) fs.chownSync(path, 65534, 65534);
    await expect(userFiles.write(file, "x")).rejects.toThrow("already exists, as a file of another user");
    await expect(userFiles.write(fifo, "x")).rejects.toThrow("already exists, as a pipe of another user");
  });
});

describe.skipIf(process.platform === "win32")("stdout and stderr by another name", () => {
  const script = () =>
    bundle(
      `import { userFiles } from "./src/system/disk/user-files.ts";
       const [, , path, ...write] = process.argv;
       if (write.length > 0) userFiles.write(path, "hello", { replace: true });
       else userFiles.isStream(path).then((is) => console.error(is));`,
      temporaryFolder(),
    );
  const shell = (line: string): string => execFileSync("sh", ["-c", `${line} 2>&1`], { encoding: "utf8" });

  it("are known, wherever they lead", () => {
    const folder = temporaryFolder();
    const run = `${process.execPath} ${script()}`;
    fs.symlinkSync("/dev/stdout", join(folder, "link"));
    for (const path of [
      "/dev/stdout",
      "/dev/stderr",
      "/dev/fd/1",
      "/proc/self/fd/1",
      "/dev/tty",
      `${folder}/link`,
    ])
      if (process.platform === "linux" || !path.startsWith("/proc"))
        expect([path, shell(`(${run} ${path} | cat)`)]).toEqual([path, "true\n"]);
    expect(shell(`${run} /dev/stdout > ${folder}/out`)).toBe("");
    expect(shell(`${run} /dev/stdin </dev/zero`)).toBe("false\n");
    expect(shell(`${run} /dev/zero`)).toBe("false\n");
    expect(shell(`${run} ${folder}/none`)).toBe("false\n");
  });

  it("are written to as they are open, so that nothing of theirs is lost", () => {
    const folder = temporaryFolder();
    const run = `${process.execPath} ${script()} /dev/stdout write`;
    expect(shell(`${run} | cat`)).toBe("hello");
    shell(`{ echo first; ${run}; echo; echo last; } > ${folder}/out`);
    expect(fs.readFileSync(`${folder}/out`, "utf8")).toBe("first\nhello\nlast\n");
  });
});

describe("whether a file can be written", () => {
  it("is known before: no folder, a file in its place, one that is not for us", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(join(folder, "file"), "x");
    await expect(userFiles.requireWritable(join(folder, "new"))).resolves.toBeUndefined();
    await expect(userFiles.requireWritable(join(folder, "none", "new"))).rejects.toMatchObject({
      exitCode: 1,
      message: `can't write into the folder "${join(folder, "none")}": no such file or folder`,
    });
    await expect(userFiles.requireWritable(join(folder, "file", "new"))).rejects.toThrow("not a folder");
    if (process.getuid?.() === 0) return; // who may write everywhere
    fs.chmodSync(folder, 0o500);
    await expect(userFiles.requireWritable(join(folder, "new"))).rejects.toThrow("permission denied");
  });
});

describe("deleting the user's files", () => {
  it("takes regular files alone, and nothing for granted", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "file");
    const link = join(folder, "link");
    const fifo = join(folder, "fifo");
    fs.writeFileSync(file, "x");
    fs.symlinkSync(file, link);
    execFileSync("mkfifo", [fifo]);
    const kinds = [file, link, fifo, folder, join(folder, "none"), join(file, "none")].map((path) =>
      userFiles.kind(path),
    );
    expect(await Promise.all(kinds)).toEqual(["file", "link", "other", "other", "missing", "missing"]);
    for (const path of [link, fifo, folder]) {
      await expect(userFiles.remove(path)).rejects.toMatchObject({
        exitCode: 1,
        message: `can't delete "${path}": it is not a regular file`,
      });
    }
    expect(fs.readdirSync(folder)).toEqual(["fifo", "file", "link"]);
    await userFiles.remove(file);
    await userFiles.remove(file);
    expect(fs.readdirSync(folder)).toEqual(["fifo", "link"]);
  });
});

describe("wildcards", () => {
  it("are ours to expand on Windows, where no shell does it", () => {
    const folder = temporaryFolder();
    for (const name of ["b.PNG", "a1.png", "a22.png", "axpng", "c.jpg"])
      fs.writeFileSync(join(folder, name), "");
    fs.mkdirSync(join(folder, "d.png"));
    const expand = (pattern: string, platform: NodeJS.Platform = "win32") =>
      expandWildcards(join(folder, pattern), platform).map((path) => path.slice(folder.length + 1));
    expect(expand("*.png")).toEqual(["a1.png", "a22.png", "b.PNG"]);
    expect(expand("a?.png")).toEqual(["a1.png"]);
    expect(expand("*.gif")).toEqual(["*.gif"]);
    expect(expand("none/*.gif")).toEqual(["none/*.gif"]);
    expect(expand("*.png", "linux")).toEqual(["*.png"]);
  });

  it("that match nothing are no such file", async () => {
    const path = join(temporaryFolder(), "*.png");
    await expect(userFiles.read(path, 10)).rejects.toThrow("no such file");
  });
});

it.skipIf(process.platform === "win32")(
  "replaces a file for the same people, if that is asked for",
  async () => {
    const path = join(temporaryFolder(), "config");
    for (const bits of [0o640, 0o644, 0o600, 0o660]) {
      fs.writeFileSync(path, "old");
      fs.chmodSync(path, bits);
      await userFiles.write(path, "new", { replace: true, keepMode: true });
      expect([mode(path), fs.readFileSync(path, "utf8")]).toEqual([bits.toString(8), "new"]);
      await userFiles.write(path, "secret", { replace: true });
      expect(mode(path)).toBe("600");
    }
    expect(fs.readdirSync(join(path, ".."))).toEqual(["config"]);
  },
);
