/**
 * The socket of an unlocked store. Who could be at the other end: another user, who made a folder, a socket or a cookie where ours
 * are looked for; a process of ours of another version; one that knows the folder, but not the cookie; one that was killed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askAt, connectTo } from "../../src/system/channel/ask-socket.ts";
import { answerLine, helloLine, newNonce, requestLine } from "../../src/system/channel/cookie-proof.ts";
import { type Reply, serve } from "../../src/system/channel/serve-socket.ts";
import { linesOf } from "../../src/system/channel/socket-lines.ts";
import {
  cookieText,
  faultOfPlace,
  isFoundFor,
  type Place,
  placesFor,
  readCookie,
} from "../../src/system/channel/socket-place.ts";

const isRoot = process.geteuid?.() === 0;
const OTHER = 65_534;
const SOON = 300;

let home: string;
let open: { close(): void }[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "twinseed-channel-"));
});
afterEach(() => {
  for (const one of open) one.close();
  open = [];
  rmSync(home, { recursive: true, force: true });
});

function placeIn(folder = join(home, "twinseed")): Place {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { folder, socket: join(folder, "a.sock"), cookie: join(folder, "a.key") };
}

/** With the umask that the process of an unlocked store has. */
async function serving(place: Place, answer: (text: string) => Promise<Reply> = echo, patience = 10_000) {
  const before = process.umask(0o077);
  try {
    const served = await serve(place, answer, () => {}, patience);
    open.push(served);
    return served;
  } finally {
    process.umask(before);
  }
}

const echo = async (text: string): Promise<Reply> => ({ text: `you said ${text}` });

async function listen(place: Place, server: Server): Promise<void> {
  const before = process.umask(0o077);
  await new Promise<void>((resolve) => server.listen(place.socket, resolve));
  process.umask(before);
  open.push(server);
}

const [COOKIE, OTHER_COOKIE] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

/** Answers the first line of each connection; `agent` is the nonce that it has sent. */
function pretending(answer: (agent: string, line: string) => string): Server {
  return createServer((socket) => {
    socket.on("error", () => {});
    const agent = newNonce();
    socket.write(helloLine(agent));
    linesOf(socket, 5000)
      .next()
      .then(
        (line) => socket.end(answer(agent, line)),
        () => {},
      );
  });
}

function noncesIn(agent: string, line: string) {
  return { client: line.slice(0, 64), agent };
}

describe("a request", () => {
  it("is answered, whatever letters it has", async () => {
    const place = placeIn();
    await serving(place);
    const letters = "日本語 é \u2028\u2029\u0085\r\t\u0000";
    expect(await askAt(place, letters)).toEqual({ answer: `you said ${letters}` });
  });

  it("fifty at once", async () => {
    const place = placeIn();
    await serving(place);
    const asked = await Promise.all(Array.from({ length: 50 }, (_, i) => askAt(place, `${i}`)));
    expect(asked).toEqual(Array.from({ length: 50 }, (_, i) => ({ answer: `you said ${i}` })));
  });

  it("of several megabytes is cut off", async () => {
    const place = placeIn();
    await serving(place);
    expect(await askAt(place, "x".repeat(5_000_000))).toMatchObject({ fault: expect.any(String) });
    expect(await askAt(place, "still there")).toEqual({ answer: "you said still there" });
  });

  it("has no answer where nothing is", async () => {
    expect(await askAt(placeIn(), "x")).toBeUndefined();
  });
});

describe("what listens", () => {
  it.runIf(process.platform === "linux")("and takes no more connections is a fault, and no bug", async () => {
    const place = placeIn();
    writeFileSync(place.cookie, cookieText(COOKIE, 4711), { mode: 0o600 });
    // As a process that is stopped: connections are queued, until there are too many.
    const script = `require("net").createServer().listen({ path: ${JSON.stringify(place.socket)}, backlog: 1 }, () => {
      require("fs").writeSync(1, "x");
      for (;;);
    })`;
    const before = process.umask(0o077);
    const busy = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
    process.umask(before);
    open.push({ close: () => busy.kill("SIGKILL") });
    await once(busy.stdout, "data");
    const waiting = await Promise.all(
      [1, 2, 3].map(async () => connectTo(place.socket).catch(() => undefined)),
    );
    expect(await askAt(place, "x")).toEqual({ fault: expect.stringContaining("EAGAIN"), pid: 4711 });
    for (const one of waiting) one?.destroy();
  });

  it("without the cookie is not believed, though it has seen many requests", async () => {
    const place = placeIn();
    writeFileSync(place.cookie, cookieText(Buffer.alloc(32, 1), 1), { mode: 0o600 });
    await listen(
      place,
      pretending((agent, line) => answerLine(OTHER_COOKIE, noncesIn(agent, line), "123456")),
    );
    expect(await askAt(place, "code")).toEqual({
      fault: "what listens there does not know the cookie",
      pid: 1,
    });
  });

  it.each<[string, (agent: string, line: string) => string]>([
    ["an answer to another request", (agent) => answerLine(COOKIE, { client: newNonce(), agent }, "123456")],
    [
      "an answer from another connection",
      (_, line) => answerLine(COOKIE, noncesIn(newNonce(), line), "123456"),
    ],
    ["the request's own proof", (_, line) => `${line.slice(65)}\n`],
    ["an answer without a proof", () => "123456\n"],
    [
      "an answer with another text",
      (agent, line) => answerLine(COOKIE, noncesIn(agent, line), "1").replace("1\n", "2\n"),
    ],
  ])("can't give %s", async (_, answer) => {
    const place = placeIn();
    writeFileSync(place.cookie, cookieText(COOKIE, 1), { mode: 0o600 });
    await listen(place, pretending(answer));
    expect(await askAt(place, "code")).toEqual({
      fault: "what listens there does not know the cookie",
      pid: 1,
    });
  });

  it("and speaks another protocol is told nothing", async () => {
    const place = placeIn();
    writeFileSync(place.cookie, cookieText(COOKIE, 1), { mode: 0o600 });
    let heard = "";
    const server = createServer((socket) => {
      socket.on("data", (part) => {
        heard += part;
      });
      socket.write("SSH-2.0-OpenSSH\n");
    });
    await listen(place, server);
    expect(await askAt(place, "code")).toEqual({ fault: expect.stringContaining("not twinseed"), pid: 1 });
    expect(heard).toBe("");
  });

  it("and says nothing is given up", async () => {
    const place = placeIn();
    writeFileSync(place.cookie, cookieText(Buffer.alloc(32, 1), 4711), { mode: 0o600 });
    await listen(
      place,
      createServer(() => {}),
    );
    expect(await askAt(place, "x", { patience: SOON })).toEqual({ fault: "it is too slow", pid: 4711 });
  });
});

describe("who asks", () => {
  it.each<[string, (agent: string) => string]>([
    ["with another cookie", (agent) => requestLine(OTHER_COOKIE, { client: newNonce(), agent }, "lock")],
    ["with a request from another connection", () => earlier],
    ["without a proof", () => "lock\n"],
    ["with half a proof", (agent) => `${newNonce()} ${agent.slice(0, 10)} lock\n`],
    ["in another protocol", () => "GET / HTTP/1.1\n"],
  ])("%s gets nothing", async (_, line) => {
    const place = placeIn();
    const heard: string[] = [];
    await serving(place, async (text) => {
      heard.push(text);
      return { text: "" };
    });
    const cookie = readCookie(place);
    if (cookie === undefined || "fault" in cookie) throw new Error("no cookie");
    const talkTo = async (text: (agent: string) => string) => {
      const connection = await connectTo(place.socket);
      if (connection === undefined) throw new Error("not there");
      const lines = linesOf(connection, 5000);
      connection.write(text((await lines.next()).split(" ")[2] ?? ""));
      return lines.next();
    };
    await talkTo((agent) => {
      earlier = requestLine(cookie.key, { client: newNonce(), agent }, "lock");
      return earlier;
    });
    expect(heard.splice(0)).toEqual(["lock"]);
    await expect(talkTo(line)).rejects.toThrow();
    expect(heard).toEqual([]);
  });
  let earlier = "";

  it("and says nothing is cut off", async () => {
    const place = placeIn();
    await serving(place, echo, SOON);
    const connection = await connectTo(place.socket);
    if (connection === undefined) throw new Error("not there");
    await linesOf(connection, 10_000).end();
  });
});

describe("the place", () => {
  it.each([
    [0o750, "open to others (mode 0750)"],
    [0o701, "open to others (mode 0701)"],
  ])("with mode %o is refused, and stays as it is", async (mode, why) => {
    const place = placeIn();
    await serving(place);
    chmodSync(place.folder, mode);
    const fault = expect.stringContaining(why);
    expect(faultOfPlace(place)).toEqual({ fault });
    expect(await askAt(place, "x")).toEqual({ fault });
    expect(lstatSync(place.folder).mode & 0o777).toBe(mode);
    chmodSync(place.folder, 0o700);
  });

  it("under a parent that others can write to is refused; under a sticky one it is not", () => {
    const place = placeIn();
    chmodSync(home, 0o777);
    expect(faultOfPlace(place)).toEqual({ fault: `"${home}" can be written by others (mode 0777)` });
    chmodSync(home, 0o1777);
    expect(faultOfPlace(place)).toBeUndefined();
  });

  it("that is not there yet is refused where others could make it", () => {
    const folder = join(home, "state/twinseed");
    const place = { folder, socket: `${folder}/a.sock`, cookie: `${folder}/a.key` };
    expect(faultOfPlace(place)).toBeUndefined();
    chmodSync(home, 0o777);
    expect(faultOfPlace(place)).toEqual({ fault: `"${home}" can be written by others (mode 0777)` });
    chmodSync(home, 0o700);
    mkdirSync(join(home, "real"));
    chmodSync(join(home, "real"), 0o777);
    symlinkSync(join(home, "real"), join(home, "state"));
    expect(faultOfPlace(place)?.fault).toContain("can be written by others");
  });

  it("that is a link is refused", () => {
    const { folder } = placeIn(join(home, "real"));
    symlinkSync(folder, join(home, "link"));
    expect(faultOfPlace({ folder: join(home, "link"), socket: "x", cookie: "x" })).toEqual({
      fault: `"${join(home, "link")}" is not a folder`,
    });
  });

  it("behind a link is refused if the real parent can be written by others", () => {
    mkdirSync(join(home, "real"));
    placeIn(join(home, "real/twinseed"));
    symlinkSync(join(home, "real"), join(home, "link"));
    chmodSync(join(home, "real"), 0o777);
    const folder = join(home, "link/twinseed");
    expect(faultOfPlace({ folder, socket: "x", cookie: "x" })?.fault).toContain("can be written by others");
  });

  it.runIf(isRoot)("of another user is refused: folder, parent, socket, cookie", async () => {
    const place = placeIn();
    await serving(place);
    for (const path of [place.folder, home, place.socket, place.cookie]) {
      chownSync(path, OTHER, OTHER);
      const asked = await askAt(place, "x");
      expect(asked).toEqual({ fault: expect.stringMatching(/another user|of yours alone/) });
      chownSync(path, 0, 0);
    }
    expect(await askAt(place, "x")).toEqual({ answer: "you said x" });
  });

  it("is refused if its path is longer than a socket's may be, instead of being cut", async () => {
    const place = placeIn(join(home, "x".repeat(100)));
    expect(faultOfPlace(place)?.fault).toContain("longer than 103 bytes");
    await expect(serving(place)).rejects.toThrow("longer than 103 bytes");
  });
});

describe("the cookie", () => {
  it.each([
    ["that others can read", 0o644, cookieText(Buffer.alloc(32), 1)],
    ["that is no cookie", 0o600, "hello\n"],
    ["that is too long", 0o600, "x".repeat(1000)],
  ])("%s is refused", (_, mode, text) => {
    const place = placeIn();
    writeFileSync(place.cookie, text);
    chmodSync(place.cookie, mode);
    expect(readCookie(place)).toEqual({ fault: expect.any(String) });
  });

  it("that is a link is refused", () => {
    const place = placeIn();
    writeFileSync(join(home, "other"), cookieText(Buffer.alloc(32), 1), { mode: 0o600 });
    symlinkSync(join(home, "other"), place.cookie);
    expect(readCookie(place)).toEqual({ fault: expect.any(String) });
  });

  it("that is missing where a process listens is a fault: the store may be unlocked", async () => {
    const place = placeIn();
    const served = await serving(place);
    expect(served.isThere()).toBe(true);
    rmSync(place.cookie);
    expect(await askAt(place, "x")).toEqual({ fault: `"${place.cookie}" is missing` });
    expect(served.isThere()).toBe(false);
    writeFileSync(place.cookie, cookieText(OTHER_COOKIE, 1), { mode: 0o600 });
    expect(served.isThere()).toBe(false);
    served.remove();
    expect(existsSync(place.socket)).toBe(false);
    expect(existsSync(place.cookie)).toBe(true);
  });

  it("is new each time, and its file and the socket are for the user alone", async () => {
    const place = placeIn();
    const first = await serving(place);
    const one = readCookie(place);
    first.close();
    await serving(place);
    expect(readCookie(place)).not.toEqual(one);
    expect(lstatSync(place.cookie).mode & 0o777).toBe(0o600);
    expect(lstatSync(place.socket).mode & 0o077).toBe(0);
  });
});

describe("a socket that is there already", () => {
  it("and refuses connections is replaced: its process was killed", async () => {
    const place = placeIn();
    const before = process.umask(0o077);
    const { spawnSync } = await import("node:child_process");
    const script = `require("net").createServer().listen(${JSON.stringify(place.socket)}, () => process.kill(process.pid, 9))`;
    spawnSync(process.execPath, ["-e", script]);
    process.umask(before);
    expect(existsSync(place.socket)).toBe(true);
    writeFileSync(place.cookie, cookieText(Buffer.alloc(32), 1), { mode: 0o600 });
    expect(await askAt(place, "x")).toBeUndefined();
    await serving(place);
    expect(await askAt(place, "x")).toEqual({ answer: "you said x" });
  });

  it("and is listened on stays", async () => {
    const place = placeIn();
    await serving(place);
    await expect(serving(place)).rejects.toThrow("another process listens there");
    expect(await askAt(place, "x")).toEqual({ answer: "you said x" });
  });

  it("and is no socket stays", async () => {
    const place = placeIn();
    writeFileSync(place.socket, "mine");
    await expect(serving(place)).rejects.toThrow("is not a socket of yours alone");
  });

  it("that was replaced is noticed, and the other one is not removed", async () => {
    const place = placeIn();
    const served = await serving(place);
    expect(served.isThere()).toBe(true);
    rmSync(place.socket);
    expect(served.isThere()).toBe(false);
    await listen(place, createServer());
    expect(served.isThere()).toBe(false);
    served.remove();
    expect(existsSync(place.socket)).toBe(true);
  });
});

describe("where it is", () => {
  const state = () => join(home, "state");
  const folders = (env: Record<string, string>) =>
    [...placesFor(home, { HOME: home, TWINSEED_STATE: state(), ...env })].map(({ folder }) => folder);

  it("first in XDG_RUNTIME_DIR, else in the state folder, never in /tmp", () => {
    const run = join(home, "run");
    mkdirSync(run, { mode: 0o700 });
    expect(folders({ XDG_RUNTIME_DIR: run })).toEqual([join(run, "twinseed"), join(state(), "unlocked")]);
    expect(folders({ XDG_RUNTIME_DIR: "/tmp" })).toEqual([join(state(), "unlocked")]);
    expect(folders({ XDG_RUNTIME_DIR: join(home, "gone") })).toEqual([join(state(), "unlocked")]);
    expect(folders({ XDG_RUNTIME_DIR: "run" })).toEqual([join(state(), "unlocked")]);
    chmodSync(run, 0o755);
    expect(folders({ XDG_RUNTIME_DIR: run })).toEqual([join(state(), "unlocked")]);
  });

  it.runIf(isRoot)("not in an XDG_RUNTIME_DIR of another user, as su leaves it", () => {
    const run = join(home, "run");
    mkdirSync(run, { mode: 0o700 });
    chownSync(run, OTHER, OTHER);
    expect(folders({ XDG_RUNTIME_DIR: run })).toEqual([join(state(), "unlocked")]);
  });

  it.runIf(process.platform === "linux")("the same after the computer was given another name", () => {
    const before = [...placesFor(home, { TWINSEED_STATE: state() })];
    const renamed = vi.spyOn(os, "hostname").mockReturnValue("renamed");
    const after = [...placesFor(home, { TWINSEED_STATE: state() })];
    renamed.mockRestore();
    expect(after).toEqual(before);
  });

  it("not where commands will look for it once the data folder's link leads to another one", () => {
    for (const name of ["one", "two"]) mkdirSync(join(home, name));
    const link = join(home, "link");
    symlinkSync(join(home, "one"), link);
    const [place] = placesFor(link, { TWINSEED_STATE: state() });
    if (place === undefined) throw new Error("no place");
    expect(isFoundFor(link, place)).toBe(true);
    rmSync(link);
    symlinkSync(join(home, "two"), link);
    expect(isFoundFor(link, place)).toBe(false);
  });

  it("another socket for each data folder", () => {
    const names = ["/a", "/b"].map(
      (folder) => [...placesFor(folder, { TWINSEED_STATE: state() })][0]?.socket,
    );
    expect(new Set(names).size).toBe(2);
  });
});
