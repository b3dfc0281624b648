/** The arrows of the layout: cli → commands → (intake, handover, spending, sync) → vault → (seeds, ledger) → otp; system only in cli. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** Leaves that everyone may use: no arrows out of them but among themselves. */
const LEAVES = ["base", "ports"];

/** Room → rooms it may import from. Files at the top of src are rooms by themselves. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  cli: ["world.ts", "commands", "ledger", "seeds", "system", "talk"],
  "library.ts": ["otp"],
  "world.ts": ["ports", "ledger", "seeds", "settings"],
  commands: [
    "world.ts",
    ...["spending", "handover", "intake", "sync", "vault", "talk", "seeds", "leases"],
    ...["backup", "formats", "ledger", "qr", "sheet", "aws", "otp", "settings"],
  ],
  intake: ["world.ts", "handover", "vault", "talk", "formats", "ledger", "qr", "images", "otp"],
  handover: ["world.ts", "vault", "talk", "formats", "ledger", "qr", "otp"],
  spending: ["world.ts", "talk", "leases", "ledger", "otp", "settings"],
  sync: ["world.ts", "talk", "seeds", "ledger"],
  vault: ["world.ts", "talk", "seeds", "ledger", "aws", "otp", "settings"],
  talk: ["ledger"],
  seeds: ["otp", "settings"],
  settings: [],
  backup: ["ledger", "otp"],
  formats: ["otp"],
  qr: ["images", "otp"],
  images: [],
  leases: ["otp"],
  ledger: ["otp"],
  sheet: ["otp"],
  aws: [],
  system: [],
  otp: [],
  ...Object.fromEntries(LEAVES.map((leaf) => [leaf, []])),
};

/** Pure: no clock, no disk, no prompt, no process. */
const PURE = ["aws", "otp", "formats", "sheet", "ledger", "backup"];

interface Import {
  readonly file: string;
  readonly to: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replaceAll("\\", "/"));

const textOf = (file: string) => readFileSync(join(SRC, file), "utf8");
const roomOf = (file: string) => file.split("/")[0] ?? file;

function importsOf(file: string): Import[] {
  const found = textOf(file).matchAll(
    /(?:^|\s)(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"|import\("([^"]+)"\)|^import\s+"([^"]+)"/gm,
  );
  return Array.from(found, ([, type, named, lazy, bare]) => ({
    file,
    to: named ?? lazy ?? bare ?? "",
    typeOnly: type !== undefined,
    lazy: lazy !== undefined,
  }));
}

const imports = files.flatMap(importsOf);
const within = imports
  .filter(({ to }) => to.startsWith("."))
  .map((one) => {
    const target = relative(SRC, join(SRC, dirname(one.file), one.to)).replaceAll("\\", "/");
    return { ...one, target, room: roomOf(target) };
  });

it("finds the files and their imports", () => {
  expect(files).toContain("commands/code/code.ts");
  expect(within.length).toBeGreaterThan(100);
});

it("every room is on the map", () => {
  expect([...new Set(files.map(roomOf))].filter((room) => !(room in ARROWS))).toEqual([]);
});

it("arrows point one way", () => {
  const wrong = within.filter(({ file, room }) => {
    const from = roomOf(file);
    if (from === room || LEAVES.includes(room)) return false;
    return !ARROWS[from]?.includes(room);
  });
  expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
});

it("the picture in ARCHITECTURE.md shows just these", () => {
  const text = readFileSync(join(SRC, "../docs/ARCHITECTURE.md"), "utf8");
  const picture = /```mermaid\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  // A box begins with the names of what is in it.
  const boxes = picture.matchAll(/(\w+)\["([^"<]*)/g);
  const boxOf = new Map(
    Array.from(boxes, ([, box = "", names = ""]) =>
      names.split(", ").map((name): [string, string] => [name.replace(/\/$/, ""), box]),
    ).flat(),
  );
  const arrows = picture.matchAll(/(\w+)(?:\[[^\]]*\])? --> (\w+)/g);
  const drawn = new Set(Array.from(arrows, ([, from, to]) => `${from} --> ${to}`));
  const real = new Set(
    within.flatMap(({ file, room }) => {
      const [from, to] = [boxOf.get(roomOf(file)), boxOf.get(room)];
      return from === undefined || to === undefined || from === to ? [] : [`${from} --> ${to}`];
    }),
  );
  expect([...drawn].toSorted()).toEqual([...real].toSorted());
  expect(
    files.filter((file) => file.includes("/") && !LEAVES.includes(roomOf(file)) && !boxOf.has(roomOf(file))),
  ).toEqual([]);
});

it("no file waits for itself, not even by way of others", () => {
  const eager = within.filter(({ typeOnly, lazy }) => !typeOnly && !lazy);
  const reached = (from: string): Set<string> => {
    const known = new Set<string>();
    const look = (file: string): void => {
      for (const { target } of eager.filter((one) => one.file === file)) {
        if (known.has(target)) continue;
        known.add(target);
        look(target);
      }
    };
    look(from);
    return known;
  };
  expect(files.filter((file) => reached(file).has(file))).toEqual([]);
});

describe("commands", () => {
  const entries = readdirSync(join(SRC, "commands"), { withFileTypes: true });

  it("are what can be typed, a file or a folder each, and index.ts", () => {
    const typed = textOf("commands/index.ts").matchAll(/from "\.\/(?:([a-z]+)\/[a-z-]+|([a-z]+))\.ts"/g);
    const names = Array.from(typed, ([, folder, file]) => folder ?? `${file}.ts`);
    const there = entries.map(({ name }) => name).filter((name) => name !== "index.ts");
    expect(there.toSorted()).toEqual(names.toSorted());
    const folders = entries.filter((entry) => entry.isDirectory());
    expect(folders.filter(({ name }) => !files.includes(`commands/${name}/${name}.ts`))).toEqual([]);
  });

  it("know nothing of each other", () => {
    const commandOf = (file: string) => file.split("/")[1];
    const wrong = within.filter(
      ({ file, target }) =>
        roomOf(file) === "commands" &&
        roomOf(target) === "commands" &&
        file !== "commands/index.ts" &&
        commandOf(file) !== commandOf(target),
    );
    expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });
});

it("system is made in cli alone", () => {
  const users = within.filter(({ room, file }) => room === "system" && roomOf(file) !== "system");
  expect([...new Set(users.map(({ file }) => file))]).toEqual(["cli/world.ts"]);
});

describe("purity", () => {
  const pure = files.filter((file) => PURE.includes(roomOf(file)));
  it.each(pure)("%s", (file) => {
    expect(textOf(file)).not.toMatch(/\bprocess\.|Date\.now\(|Math\.random\(|new Date\(\)/);
    const modules = importsOf(file).map(({ to }) => to);
    expect(modules.filter((name) => /^node:(?!crypto|util)/.test(name))).toEqual([]);
  });
});

it("nothing but cli and system reads process, the clock or chance", () => {
  // The library has no cli to give it a clock: it runs in the caller's process, and asks there for the time, once.
  const rooms = ["cli", "library.ts", "base", "system"];
  const others = files.filter((file) => !rooms.includes(roomOf(file)));
  expect(withoutComments(textOf("library.ts")).match(/Date\.now\(|process\./g)).toEqual(["Date.now("]);
  expect(
    others.filter((file) =>
      /\bprocess\.(?!env itself)|Date\.now\(|Math\.random\(|new Date\(\)/.test(withoutComments(textOf(file))),
    ),
  ).toEqual([]);
});

it("the keyring is touched in src/seeds alone, pinned to the Secret Service", () => {
  const users = files.filter((file) =>
    /new (Async)?Entry\(|AsyncEntry\(|findCredentials\(|withTarget\(|@napi-rs\/keyring/.test(
      withoutComments(textOf(file)),
    ),
  );
  expect(users.length).toBeGreaterThan(0);
  expect(users.filter((file) => roomOf(file) !== "seeds")).toEqual([]);
  for (const file of users) expect(withoutComments(textOf(file))).not.toMatch(/withTarget\(|new Entry\(/);
  const listers = users.filter((file) => /findCredentials/.test(withoutComments(textOf(file))));
  expect(listers).toEqual(["seeds/keyring/keyring-list.ts"]);
  const makers = users.filter((file) => /new \w*Entry\(/.test(withoutComments(textOf(file))));
  for (const file of makers) expect(textOf(file)).toContain('store: "secret-service"');
});

it("heavy libraries are loaded lazily", () => {
  const heavy =
    /^(zxing-wasm|pngjs|jsqr|qrcode-terminal|proper-lockfile|@napi-rs\/keyring|fastest-levenshtein|env-paths|hash-wasm|@noble\/(?!hashes\/(hmac|legacy|sha2)\.js)|@zip\.js|kdbxweb|@xmldom|csv-parse|yaml|age-encryption|slip39|@bufbuild|@redis|@bomb\.sh)/;
  const eager = files.flatMap((file) =>
    Array.from(textOf(file).matchAll(/^import (?!type)[^"]*"([^"]+)"/gm), ([, to = ""]) => ({
      file,
      to,
    })).filter(({ to }) => heavy.test(to)),
  );
  expect(eager).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
