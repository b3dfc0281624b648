/**
 * The walls of src/: which room (folder) may import which, and which of Node's modules. Only the rooms that make the real world
 * may use `process`, the clock or randomness. Checked on the syntax tree, so that no form of import goes unnoticed.
 */
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { parseAst } from "vitest/node";

/** `file` is relative to src/, with "/". */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface Rooms {
  /** Room → rooms that it may import from, including types. A file at the top of src/ is its own room. */
  readonly arrows: Readonly<Record<string, readonly string[]>>;
  /** Rooms that every other one may import from. */
  readonly leaves: readonly string[];
  /** Room → the Node modules that it may import; "any" if it makes the real world. */
  readonly node: Readonly<Record<string, readonly string[] | "any">>;
  /** Packages, or parts of them, that may be imported at the top of a file: every run that loads the file pays for them. */
  readonly eager: readonly string[];
  /** Rooms that are built into one file, which has everything anyway. */
  readonly inOneFile: readonly string[];
  /** All packages that may be imported: dependencies by name. */
  readonly packages: readonly string[];
}

interface Import {
  readonly to: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

interface Reading {
  readonly imports: readonly Import[];
  /** What it uses without importing it, or imports under a name that can't be determined. */
  readonly reached: readonly string[];
}

/** What the sources do that their rooms may not do, one sentence per fault. */
export function faultsOf(sources: readonly Source[], rooms: Rooms): string[] {
  const readings = new Map(sources.map(({ file, text }) => [file, readingOf(text)]));
  const faults = [...readings].flatMap(([file, reading]) => [
    ...reading.reached
      .filter(() => rooms.node[roomOf(file)] !== "any")
      .map((what) => `${file} reaches ${what}`),
    ...reading.imports.flatMap((one) => faultOf(file, one, rooms) ?? []),
  ]);
  return [
    ...faults,
    ...circles(importsOf(readings)),
    ...circles(betweenFolders(readings)),
    ...sameNames([...readings.keys()]),
  ];
}

export function roomOf(file: string): string {
  return file.split("/")[0] ?? file;
}

/** The files of src/ that a file imports, including types. */
export function targetsOf(file: string, text: string): string[] {
  return readingOf(text).imports.flatMap(({ to }) => targetOf(file, to) ?? []);
}

function faultOf(file: string, { to, typeOnly, lazy }: Import, rooms: Rooms): string | undefined {
  const room = roomOf(file);
  const target = targetOf(file, to);
  if (target !== undefined) return arrowFault(file, target, rooms);
  const builtin = builtinOf(to);
  if (builtin !== undefined) {
    const allowed = rooms.node[room] ?? [];
    return typeOnly || allowed === "any" || allowed.includes(builtin)
      ? undefined
      : `${file} imports node:${builtin}`;
  }
  if (!rooms.packages.some((name) => to === name || to.startsWith(`${name}/`)))
    return `${file} imports ${to}, which is no dependency`;
  return typeOnly || lazy || rooms.eager.includes(to) || rooms.inOneFile.includes(room)
    ? undefined
    : `${file} imports ${to} before it is needed`;
}

function arrowFault(file: string, target: string, { arrows, leaves }: Rooms): string | undefined {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (to === "..") return from === "cli" && target.endsWith(".md") ? undefined : `${file} imports ${target}`;
  const fault = `${file} imports ${target}`;
  if (from === "commands" && to === "commands" && file !== "commands/index.ts")
    return commandOf(file) === commandOf(target) ? undefined : fault;
  if (from === to || leaves.includes(to)) return undefined;
  return arrows[from]?.includes(to) ? undefined : fault;
}

/** The name of a command, which is a file or a folder. */
function commandOf(file: string): string {
  return (file.split("/")[1] ?? "").replace(/\.ts$/, "");
}

function targetOf(file: string, to: string): string | undefined {
  return to.startsWith(".") ? posix.join(posix.dirname(file), to) : undefined;
}

function builtinOf(to: string): string | undefined {
  if (to.startsWith("node:")) return to.slice("node:".length);
  return builtinModules.includes(to) ? to : undefined;
}

type Targets = ReadonlyMap<string, readonly string[]>;

function importsOf(readings: ReadonlyMap<string, Reading>): Targets {
  return new Map(
    [...readings].map(([file, { imports }]) => [
      file,
      imports.flatMap(({ to }) => targetOf(file, to) ?? []).filter((target) => readings.has(target)),
    ]),
  );
}

/** Between the folders inside of a room; what lies in the room itself belongs to all of them. */
function betweenFolders(readings: ReadonlyMap<string, Reading>): Targets {
  const between = new Map<string, string[]>();
  for (const [file, targets] of importsOf(readings)) {
    const folder = posix.dirname(file);
    const others = targets.map((target) => posix.dirname(target)).filter((other) => isBeside(other, folder));
    between.set(folder, [...(between.get(folder) ?? []), ...others]);
  }
  return between;
}

function isBeside(folder: string, other: string): boolean {
  const isInside = `${folder}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${folder}/`);
  return roomOf(folder) === roomOf(other) && !isInside;
}

/** Each cycle once, as a path. Types and lazy imports count: to understand one file, a reader must know the other. */
function circles(targets: Targets): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) found.push(`in a circle: ${[...way.slice(at), file].join(" -> ")}`);
    if (at >= 0 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) walk(target, [...way, file]);
    done.add(file);
  };
  for (const file of targets.keys()) walk(file, []);
  return found;
}

/** File names must be unique, so that "open store.ts" is unambiguous. */
function sameNames(files: readonly string[]): string[] {
  const first = new Map<string, string>();
  return files.flatMap((file) => {
    const name = posix.basename(file);
    const other = first.get(name);
    if (other === undefined) first.set(name, file);
    return other === undefined || name === "index.ts" ? [] : [`${other} and ${file} have the same name`];
  });
}

/** A node of the syntax tree, as ESTree has it. */
type Node = Readonly<Record<string, unknown>> & { readonly type: string };

/** Globals that give access to the world outside the program. */
const REACHING = new Set([
  "process",
  "require",
  "globalThis",
  "global",
  "eval",
  "Function",
  "fetch",
  "WebSocket",
  "navigator",
]);
const CLOCKS = new Set(["Date.now", "Math.random", "performance.now"]);

function readingOf(text: string): Reading {
  const imports: Import[] = [];
  const reached: string[] = [];
  const add = (source: unknown, typeOnly: boolean, lazy: boolean): void => {
    const to = textOf(source);
    if (to === undefined) reached.push("a module by a name that is not written down");
    else imports.push({ to, typeOnly, lazy });
  };
  const visit = (node: Node, parent: Node | undefined, key: string): void => {
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportNamedDeclaration":
      case "ExportAllDeclaration":
        if (isNode(node.source)) add(node.source, isTypeOnly(node), false);
        break;
      case "TSImportType":
        add(node.source ?? node.argument, true, false);
        return;
      case "TSTypeQuery":
        if (isNode(node.exprName) && node.exprName.type === "Identifier") return; // typeof process: a type
        break;
      case "TSExternalModuleReference":
        add(node.expression, false, false);
        return;
      case "ImportExpression":
        add(node.source, false, true);
        break;
      case "CallExpression":
        if (isLoader(node.callee)) {
          add(list(node.arguments)[0], false, true);
          for (const argument of list(node.arguments))
            if (isNode(argument)) visit(argument, node, "arguments");
          return;
        }
        if (CLOCKS.has(nameOf(node.callee) ?? "")) reached.push(`${nameOf(node.callee)}()`);
        break;
      case "NewExpression":
        if (nameOf(node.callee) === "Date" && list(node.arguments).length === 0) reached.push("new Date()");
        break;
      case "Identifier": {
        const name = String(node.name);
        if (REACHING.has(name) && isReference(parent, key)) reached.push(name);
      }
    }
    for (const [childKey, value] of Object.entries(node))
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child)) visit(child, node, childKey);
  };
  const program: unknown = parseAst(text, { lang: "ts" });
  if (!isNode(program)) throw new Error("no program");
  visit(program, undefined, "");
  return { imports, reached: [...new Set(reached)] };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isTypeOnly(node: Node): boolean {
  if (node.importKind === "type" || node.exportKind === "type") return true;
  const named = list(node.specifiers).filter(isNode);
  return (
    named.length > 0 &&
    named.every(({ importKind, exportKind }) => importKind === "type" || exportKind === "type")
  );
}

/** require, or process.getBuiltinModule in any form. */
function isLoader(callee: unknown): boolean {
  const name = nameOf(callee) ?? "";
  return (
    name === "require" || name.endsWith("require.resolve") || name.split(".").at(-1) === "getBuiltinModule"
  );
}

/** "a.b.c" for a chain of names; undefined for any other expression. */
function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Identifier") return String(node.name);
  if (node.type !== "MemberExpression") return undefined;
  const [object, property] = [
    nameOf(node.object),
    node.computed ? textOf(node.property) : nameOf(node.property),
  ];
  return property === undefined ? undefined : `${object ?? ""}.${property}`;
}

function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type !== "TemplateLiteral" || list(node.expressions).length > 0) return undefined;
  const [quasi] = list(node.quasis);
  if (!isNode(quasi) || typeof quasi.value !== "object" || quasi.value === null) return undefined;
  return "cooked" in quasi.value && typeof quasi.value.cooked === "string" ? quasi.value.cooked : undefined;
}

/** Whether a name refers to a value: it is not a property, a key, a label or a declaration. */
function isReference(parent: Node | undefined, key: string): boolean {
  if (parent === undefined) return false;
  if (parent.type === "MemberExpression") return key === "object" || parent.computed === true;
  if (key === "key") return parent.computed === true || parent.shorthand === true;
  return !(parent.type.startsWith("TS") && key !== "expression" && key !== "exprName");
}
