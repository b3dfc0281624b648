/**
 * KeePass 2 XML: exports from KeePass and from `keepassxc-cli export -f xml`. It is the most complete form that needs no
 * password.
 */
import { unreadable } from "./faults.ts";
import { type Format, HOLDS_PASSWORDS } from "./format.ts";
import { readTree } from "./keepass-tree.ts";
import { base64Of } from "./shape.ts";
import { parseXml } from "./xml.ts";

/** The XML declaration, comments and anything else that may come before the root element. */
const HEAD = 4096;

export const keepassXml: Format = {
  id: "keepass-xml",
  name: "KeePass XML",
  readsEveryField: true,
  detect({ text }) {
    return text !== undefined && /^\s*</.test(text) && /<KeePassFile[\s/>]/.test(text.slice(0, HEAD));
  },
  async read({ text = "" }) {
    const file = await parseXml(text);
    if (file?.tagName !== "KeePassFile") throw unreadable("KeePass XML", "is damaged");
    const reading = await readTree(file, (value) => {
      const text = value.textContent ?? "";
      const isProtected = value.getAttribute("Protected")?.toLowerCase() === "true" && text !== "";
      return isProtected && base64Of(text) !== undefined ? undefined : text;
    });
    return { ...reading, notes: [HOLDS_PASSWORDS] };
  },
};
