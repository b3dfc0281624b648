/** The walls of src/ hold. The guard itself is tested, too: given sources that break each wall, it reports every one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { faultsOf, type Rooms, roomOf, type Source, targetsOf } from "./helpers/walls.ts";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const PACKAGE: { dependencies: object; devDependencies: object } = JSON.parse(
  readFileSync(join(SRC, "../package.json"), "utf8"),
);

const ROOMS: Rooms = {
  leaves: ["base", "ports"],
  arrows: {
    cli: ["world.ts", "commands", "ledger", "qr", "seeds", "settings", "system", "talk"],
    commands: [
      ...[
        "world.ts",
        "spending",
        "handover",
        "intake",
        "opening",
        "sync",
        "vault",
        "talk",
        "seeds",
        "members",
        "leases",
      ],
      ...["backup", "page", "formats", "ledger", "qr", "sheet", "aws", "otp", "settings"],
    ],
    intake: ["world.ts", "handover", "vault", "talk", "formats", "ledger", "images", "otp"],
    opening: ["world.ts", "talk", "backup", "page"],
    handover: ["world.ts", "vault", "talk", "formats", "ledger", "qr", "otp"],
    spending: ["world.ts", "talk", "leases", "ledger", "otp", "settings"],
    sync: ["world.ts", "talk", "seeds", "members", "ledger", "settings"],
    vault: ["world.ts", "talk", "seeds", "ledger", "aws", "otp", "settings"],
    "world.ts": ["ledger", "seeds", "settings"],
    talk: ["ledger"],
    seeds: ["members", "otp", "settings"],
    members: [],
    settings: [],
    backup: ["ledger", "otp"],
    page: ["backup", "qr", "otp"], // of qr/ only capacity.ts, as the page is small
    formats: ["otp"],
    qr: ["images", "otp"],
    images: [],
    leases: ["otp"],
    ledger: ["otp"],
    sheet: ["otp"],
    aws: [],
    system: [],
    otp: [],
    "library.ts": ["otp"],
    base: [],
    ports: [],
  },
  node: {
    cli: "any",
    system: "any",
    page: "any", // a world of its own, the browser's; packaging/viewer.mjs finds no module of Node for it
    base: ["crypto"], // loaded late, in base/node-crypto.ts
    "library.ts": ["crypto"],
    otp: ["crypto"],
    seeds: ["crypto"],
    leases: ["crypto"],
    vault: ["crypto"],
    intake: ["crypto"],
    backup: ["crypto"],
    formats: ["crypto", "util"],
    images: ["zlib"],
    commands: ["crypto", "path"],
  },
  eager: [
    "commander",
    "otpauth/bare",
    "@noble/hashes/hmac.js",
    "@noble/hashes/legacy.js",
    "get-east-asian-width",
    "@noble/hashes/sha2.js",
  ],
  inOneFile: ["page"],
  packages: Object.keys({ ...PACKAGE.dependencies, ...PACKAGE.devDependencies }),
};

const sources: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ file: name.replaceAll("\\", "/"), text: readFileSync(join(SRC, name), "utf8") }));

it("the walls hold", () => {
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.map(({ file }) => roomOf(file)).filter((room) => !(room in ROOMS.arrows))).toEqual([]);
  expect(faultsOf(sources, ROOMS).filter((fault) => !EXCEPTIONS.includes(fault))).toEqual([]);
});

/** Exceptions, each with its reason. */
const EXCEPTIONS = [
  "library.ts reaches Date.now()", // runs in the caller's process, with no cli/ to provide a clock
  "in a circle: seeds/file -> seeds/notes -> seeds/file", // notes are sealed with its keys, and again when those change
];

it("every exception is still needed", () => {
  const faults = faultsOf(sources, ROOMS);
  expect(EXCEPTIONS.filter((exception) => !faults.includes(exception))).toEqual([]);
});

describe("docs/ARCHITECTURE.md", () => {
  const page = readFileSync(join(SRC, "../docs/ARCHITECTURE.md"), "utf8");
  const [, diagram = ""] = /```mermaid\n([\s\S]*?)```/.exec(page) ?? [];
  /** The rooms of each box. */
  const boxes = new Map(
    Array.from(diagram.matchAll(/^ *(\w+)\["(.*?)<br\/>/gm), ([, box = "", rooms = ""]) => [
      box,
      rooms.split(", ").map((room) => room.replace("/", "")),
    ]),
  );
  const boxOf = (room: string) => [...boxes].find(([, rooms]) => rooms.includes(room))?.[0];

  it("has a box for every room, and none for anything else", () => {
    const rooms = Object.keys(ROOMS.arrows).filter(
      (room) => !room.endsWith(".ts") && !ROOMS.leaves.includes(room),
    );
    expect([...boxes.values()].flat().toSorted()).toEqual(rooms.toSorted());
  });

  it("draws the arrows that the walls let through", () => {
    const allowed = Object.entries(ROOMS.arrows).flatMap(([from, rooms]) =>
      rooms.flatMap((to) => {
        const [start, end] = [boxOf(from), boxOf(to)];
        return start === undefined || end === undefined || start === end ? [] : [`${start} --> ${end}`];
      }),
    );
    const drawn = Array.from(diagram.matchAll(/^ *(\w+ --> \w+)$/gm), ([, arrow = ""]) => arrow);
    expect(drawn.toSorted()).toEqual([...new Set(allowed)].toSorted());
  });
});

describe("the guard names", () => {
  const offending = (file: string, text: string, ...others: readonly Source[]) =>
    faultsOf([{ file, text }, ...others], ROOMS);

  it.each([
    ['import { readFileSync } from "node:fs";', "imports node:fs"],
    ['import { readFileSync } from "fs";', "imports node:fs"],
    ['export { readFileSync } from "node:fs";', "imports node:fs"],
    ['export * from "node:fs";', "imports node:fs"],
    ['import "node:child_process";', "imports node:child_process"],
    ["import { spawn } from 'node:child_process';", "imports node:child_process"],
    ['const { connect } = await import("node:net");', "imports node:net"],
    ["const { connect } = await import(`node:net`);", "imports node:net"],
    ['const fs = require("fs");', "imports node:fs"],
    ['const fs = process.getBuiltinModule("node:fs");', "imports node:fs"],
    ['const fs = process["getBuiltinModule"]("node:fs");', "imports node:fs"],
    ['const { getBuiltinModule: get } = process; get("node:fs");', "reaches process"],
    ['import { env } from "node:process";', "imports node:process"],
    ["const name = `node:fs`; await import(name);", "reaches a module by a name that is not written down"],
    ["const load = require; load(`fs`);", "reaches require"],
    ["const { HOME } = process.env;", "reaches process"],
    ["const { HOME } = globalThis.process.env;", "reaches globalThis"],
    ["const now = Date.now();", "reaches Date.now()"],
    ["const now = new Date();", "reaches new Date()"],
    ["const luck = Math.random();", "reaches Math.random()"],
    ['await fetch("https://example.com");', "reaches fetch"],
    ['import { x } from "../system/disk/paths.ts";', "imports system/disk/paths.ts"],
    ['import type { X } from "../system/disk/paths.ts";', "imports system/disk/paths.ts"],
    ['import { add } from "./add.ts";', "imports commands/add.ts"],
    ['const { add } = await import("./add.ts");', "imports commands/add.ts"],
    ['type Add = typeof import("./aws/aws.ts");', "imports commands/aws/aws.ts"],
    ['import { PNG } from "pngjs";', "imports pngjs before it is needed"],
    ['import { readBarcodes } from "zxing-wasm/reader";', "imports zxing-wasm/reader before it is needed"],
    ['const { text } = await import("@bomb.sh/tab");', "imports @bomb.sh/tab, which is no dependency"],
  ])("in a command: %s", (text, fault) => {
    expect(offending("commands/list.ts", text)).toContain(`commands/list.ts ${fault}`);
  });

  it.each([
    [
      "process.env in the ledger",
      "ledger/audit.ts",
      "export const home = process.env.HOME;",
      "ledger/audit.ts reaches process",
    ],
    [
      "a room above",
      "otp/otpauth-uri.ts",
      'import type { Account } from "../ledger/account.ts";',
      "otp/otpauth-uri.ts imports ledger/account.ts",
    ],
    [
      "the world in a room below it",
      "ledger/ledger.ts",
      'import type { World } from "../world.ts";',
      "ledger/ledger.ts imports world.ts",
    ],
  ])("%s", (_, file, text, fault) => {
    expect(offending(file, text)).toContain(fault);
  });

  it("a circle of types, and one by way of a lazy import", () => {
    const other = { file: "otp/b.ts", text: 'import type { A } from "./a.ts";' };
    expect(offending("otp/a.ts", 'import type { B } from "./b.ts";', other)).toEqual([
      "in a circle: otp/a.ts -> otp/b.ts -> otp/a.ts",
    ]);
    expect(offending("otp/a.ts", 'const b = () => import("./b.ts");', other)).toHaveLength(1);
  });

  it("a circle of the folders in a room, where no files form one; but the room itself is not beside them", () => {
    const others = [
      { file: "system/disk/b.ts", text: "" },
      {
        file: "system/terminal/c.ts",
        text: 'import { b } from "../disk/b.ts";\nimport { e } from "../e.ts";',
      },
      { file: "system/terminal/d.ts", text: "" },
      { file: "system/e.ts", text: 'import { d } from "./terminal/d.ts";' },
    ];
    expect(offending("system/disk/a.ts", 'import { d } from "../terminal/d.ts";', ...others)).toEqual([
      "in a circle: system/disk -> system/terminal -> system/disk",
    ]);
  });

  it("two files of one name", () => {
    const other = { file: "ledger/store.ts", text: "" };
    expect(offending("seeds/store.ts", "", other)).toEqual([
      "seeds/store.ts and ledger/store.ts have the same name",
    ]);
  });

  it("nothing where there is nothing to name", () => {
    const text = `
      import { createHash } from "node:crypto";
      import type { Stats } from "node:fs";
      import { Command } from "commander";
      import type { Needs } from "../world.ts";
      // import { readFileSync } from "node:fs"; process.exit()
      const said = "process.env, Date.now(), require('fs')";
      const time = new Date(0);
      const { jsqr } = await import("jsqr");
      export const about = { process: 1, now: { process: said }.process };`;
    expect(offending("commands/list.ts", text)).toEqual([]);
  });
});

describe("commands", () => {
  it("are what can be typed, a file or a folder each, and index.ts", () => {
    const entries = readdirSync(join(SRC, "commands"), { withFileTypes: true });
    const index = sources.find(({ file }) => file === "commands/index.ts");
    const typed = targetsOf("commands/index.ts", index?.text ?? "")
      .filter((target) => roomOf(target) === "commands")
      .map((target) => target.split("/")[1] ?? "");
    expect(
      entries
        .map(({ name }) => name)
        .filter((name) => name !== "index.ts")
        .toSorted(),
    ).toEqual(typed.toSorted());
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const known = new Set(sources.map(({ file }) => file));
    expect(folders.filter((name) => !known.has(`commands/${name}/${name}.ts`))).toEqual([]);
  });
});

it("system is made into a world in cli/create-world.ts, and in child-tasks.ts for another process", () => {
  const users = sources.filter(({ file, text }) =>
    targetsOf(file, text).some((to) => roomOf(to) === "system"),
  );
  expect(users.map(({ file }) => file).filter((file) => roomOf(file) !== "system")).toEqual([
    "cli/child-tasks.ts",
    "cli/create-world.ts",
  ]);
});

it("the keyring is touched in src/seeds alone, pinned to the Secret Service", () => {
  const code = sources.map(({ file, text }) => ({ file, text: withoutComments(text) }));
  const touching = (pattern: RegExp) => code.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
  expect(touching(/@napi-rs\/keyring/)).toEqual(
    expect.arrayContaining(["seeds/keyring/list-credentials.ts", "system/desktop/keyring-binding.ts"]),
  );
  expect(touching(/@napi-rs\/keyring/)).toHaveLength(2);
  expect(touching(/findCredentials/)).toEqual(["seeds/keyring/list-credentials.ts"]);
  expect(touching(/withTarget\(|new Entry\(/)).toEqual([]);
  const makers = touching(/new \w*Entry\(/);
  expect(makers).toEqual(["seeds/keyring/connections.ts", "seeds/keyring/serve-calls.ts"]);
  for (const { file, text } of code)
    if (makers.includes(file)) expect(text).toContain('store: "secret-service"');
});

it("the picture in ARCHITECTURE.md shows exactly the real arrows", () => {
  const text = readFileSync(join(SRC, "../docs/ARCHITECTURE.md"), "utf8");
  const picture = /```mermaid\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  // A box starts with the names of the rooms in it.
  const boxOf = new Map(
    Array.from(picture.matchAll(/(\w+)\["([^"<]*)/g), ([, box = "", names = ""]) =>
      names.split(", ").map((name): [string, string] => [name.replace(/\/$/, ""), box]),
    ).flat(),
  );
  const drawn = Array.from(picture.matchAll(/(\w+) --> (\w+)/g), ([, from, to]) => `${from} --> ${to}`);
  const real = sources.flatMap(({ file, text }) =>
    targetsOf(file, text).flatMap((target) => {
      const [from, to] = [boxOf.get(roomOf(file)), boxOf.get(roomOf(target))];
      return from === undefined || to === undefined || from === to ? [] : [`${from} --> ${to}`];
    }),
  );
  expect(drawn.toSorted()).toEqual([...new Set(real)].toSorted());
  const rooms = new Set(sources.map(({ file }) => roomOf(file)).filter((room) => !room.endsWith(".ts")));
  expect([...rooms].filter((room) => !boxOf.has(room) && !ROOMS.leaves.includes(room))).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
