/** The regular expressions of a source, read from its syntax tree: literals, and what is handed to RegExp as a constant text. */
import { parseAst } from "vitest/node";

export interface SourceExpressions {
  readonly expressions: readonly RegExp[];
  /** Calls of RegExp with a text that is made elsewhere: nobody can time these from here. */
  readonly unknown: number;
}

type Node = Readonly<Record<string, unknown>>;

export function expressionsIn(text: string): SourceExpressions {
  const expressions: RegExp[] = [];
  let unknown = 0;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (!isNode(value)) return;
    if (isNode(value.regex))
      expressions.push(new RegExp(String(value.regex.pattern), String(value.regex.flags)));
    if (isNode(value.callee) && value.callee.name === "RegExp" && Array.isArray(value.arguments)) {
      const [source, flags] = value.arguments.map(constantOf);
      if (source === undefined) unknown++;
      else expressions.push(new RegExp(source, flags));
    }
    for (const child of Object.values(value)) visit(child);
  };
  visit(parseAst(text, { lang: "ts" }));
  return { expressions, unknown };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** In a template literal a "1" stands for each value: it is a letter, a digit of a number, and a count. */
function constantOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (typeof node.value === "string") return node.value;
  if (node.type !== "TemplateLiteral" || !Array.isArray(node.quasis)) return undefined;
  return node.quasis
    .map((quasi) => (isNode(quasi) && isNode(quasi.value) ? String(quasi.value.cooked) : ""))
    .join("1");
}
