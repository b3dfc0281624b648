/** XML that somebody else wrote. Document types are refused, and with them every entity but the five that XML knows by itself. */

import type { Element, Node } from "@xmldom/xmldom";
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";

/** The document's element; undefined where the text is not well-formed. Throws UserError (exit 5) for too large a tree. */
export async function parseXml(text: string): Promise<Element | undefined> {
  if (count(text, "<") > LIMITS.xmlTags)
    throw new UserError("it holds too large an XML tree", ExitCode.unreadable);
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

/** The elements right below, of that name if one is given. */
export function childrenOf(parent: Element, name?: string): Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node !== null; node = node.nextSibling)
    if (isElement(node) && (name === undefined || node.tagName === name)) found.push(node);
  return found;
}

/** `root` and all elements below it, in document order. Depth costs no stack. */
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
