/** Elements by their local names: XML with namespaces, whose prefixes each program chooses. */
import type { Element } from "@xmldom/xmldom";
import { childrenOf } from "./xml.ts";

export function elementsNamed(parent: Element, name: string): Element[] {
  return childrenOf(parent).filter((child) => localName(child) === name);
}

/** The first element on this path below `parent`. */
export function elementIn(parent: Element, ...path: readonly string[]): Element | undefined {
  let element: Element | undefined = parent;
  for (const name of path) element = element && elementsNamed(element, name)[0];
  return element;
}

/** Trimmed; "" if there is no such element. */
export function textIn(parent: Element, ...path: readonly string[]): string {
  return elementIn(parent, ...path)?.textContent?.trim() ?? "";
}

export function attributeOf(element: Element, name: string): string {
  return element.getAttribute(name)?.trim() ?? "";
}

export function localName(element: Element): string {
  return element.localName ?? element.tagName;
}
