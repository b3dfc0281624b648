/** Parses untrusted XML. Document types are refused, and with them all entities except the five built into XML. */

import type { Element, Node } from "@xmldom/xmldom";
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";

/** Returns the root element, or undefined if the text is not well-formed. Throws UserError (exit 5) if the tree is too large. */
export async function parseXml(text: string): Promise<Element | undefined> {
  if (count(text, "<") > LIMITS.xmlTags)
    throw new UserError("its XML tree is too large", ExitCode.unreadable);
  const { DOMParser, onErrorStopParsing } = await import("@xmldom/xmldom");
  try {
    const document = new DOMParser({ locator: false, onError: onErrorStopParsing }).parseFromString(
      text,
      "application/xml",
    );
    return document.doctype === null ? (document.documentElement ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

/** The child elements, with that name if one is given. */
export function childrenOf(parent: Element, name?: string): Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node !== null; node = node.nextSibling)
    if (isElement(node) && (name === undefined || node.tagName === name)) found.push(node);
  return found;
}

/** `root` and all elements below it, in document order. Not recursive, so depth costs no stack. */
export function* elementsOf(root: Element): Generator<Element> {
  const pending = [root];
  for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
    yield element;
    pending.push(...childrenOf(element).reverse());
  }
}

function isElement(node: Node): node is Element {
  return node.nodeType === node.ELEMENT_NODE;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found++;
  return found;
}
