/** docs/json.md, read so that it can be compared with what `--json` prints. */
import { readFileSync } from "node:fs";

const PAGE = readFileSync(new URL("../../docs/json.md", import.meta.url), "utf8");

export interface Section {
  readonly heading: string;
  /** As they are typed, without arguments and options. */
  readonly commands: readonly string[];
  /** The keys of its shapes, such as `{ "name", "state" }`, and in the first column of its tables. */
  readonly keys: ReadonlySet<string>;
  /** All words in code: keys, values, and others. */
  readonly words: ReadonlySet<string>;
  /** Other commands whose output it refers to. */
  readonly refersTo: readonly string[];
}

export const SECTIONS: readonly Section[] = PAGE.split(/^## /m)
  .slice(1)
  .map((text) => {
    const [heading = "", ...lines] = text.split("\n");
    const body = lines.join("\n");
    const shapes = spansOf(body).filter((span) => /^[[{]/.test(span));
    const columns = lines.flatMap((line) => /^\| ([^|]*) \|/.exec(line)?.[1] ?? []);
    return {
      heading,
      commands: spansOf(heading).map((span) => span.replace(/ (--|[A-Z<]).*$/, "")),
      keys: new Set([...shapes.flatMap(keysIn), ...columns.flatMap(spansOf)]),
      words: new Set([...spansOf(body), ...shapes.flatMap(keysIn)]),
      refersTo: spansOf(body).flatMap((span) => /^([a-z ]+) --json$/.exec(span)?.[1] ?? []),
    };
  });

function spansOf(text: string): string[] {
  return Array.from(text.matchAll(/`([^`]+)`/g), ([, span = ""]) => span);
}

/** What stands after a colon is a value. */
function keysIn(shape: string): string[] {
  const value = /"[\w-]+"|null|\d+/.source;
  const withoutValues = shape.replace(new RegExp(`: (${value})( \\| (${value}))*`, "g"), "");
  return Array.from(withoutValues.matchAll(/"([\w-]+)"/g), ([, key = ""]) => key);
}

/** The keys of all objects in a JSON value. */
export function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

/** The places in JSON values that have texts in one and numbers in another, or the like; null is no type of its own. */
export function mixedTypes(values: readonly unknown[]): string[] {
  const types = new Map<string, Set<string>>();
  const visit = (path: string, value: unknown): void => {
    if (value === null) return;
    const type = Array.isArray(value) ? "array" : typeof value;
    types.set(path, (types.get(path) ?? new Set()).add(type));
    if (Array.isArray(value)) for (const one of value) visit(`${path}[]`, one);
    else if (typeof value === "object")
      for (const [key, one] of Object.entries(value)) visit(`${path}.${key}`, one);
  };
  for (const value of values) visit("", value);
  return [...types].flatMap(([path, found]) =>
    path !== "" && found.size > 1 ? [`${path}: ${[...found].join(", ")}`] : [],
  );
}

/** Compares what commands printed with the sections about them. Throws if one of the commands has no section. */
export function differences(printed: ReadonlyMap<string, readonly unknown[]>): string[] {
  return [...printed.keys()].flatMap((command) => {
    const section = SECTIONS.find(({ commands }) => commands.includes(command));
    if (section === undefined) return [`${command}: docs/json.md says nothing about it`];
    const { heading, keys, words, commands, refersTo } = section;
    const others = SECTIONS.filter((one) => one.commands.some((name) => refersTo.includes(name)));
    const known = new Set([...ACCOUNT, ...words, ...keys, ...others.flatMap((one) => [...one.keys])]);
    const all = commands.flatMap((one) => printed.get(one) ?? []);
    const found = new Set(keysOf(printed.get(command)));
    const every = new Set(keysOf(all));
    return [
      ...[...found].filter((key) => !known.has(key)).map((key) => `${command} prints ${key}`),
      ...[...keys]
        .filter((key) => !every.has(key))
        .map((key) => `${heading} has ${key}, which was not printed`),
    ];
  });
}

/** The page says once what an account is. */
const ACCOUNT: ReadonlySet<string> = new Set(["id", "name", "issuer", "label"]);
