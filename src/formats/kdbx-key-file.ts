/** A KeePass key file: what of it opens the database. https://keepass.info/help/base/keys.html#keyfiles */
import { UserError } from "../base/errors.ts";
import { sha256 } from "./kdbx-hash.ts";
import { base64Of, hexOf } from "./shape.ts";
import { childrenOf, parseXml } from "./xml.ts";

const KEY = 32;
/** KeePass itself writes less than one kilobyte. */
const LONGEST_XML = 64 * 1024;

/** 32 bytes: from XML (version 1: base64, 2: hex with a checksum), raw, in hex, or the hash of any other file. */
export async function keyInFile(bytes: Uint8Array): Promise<Buffer> {
  const text = bytes.length <= LONGEST_XML ? Buffer.from(bytes).toString("utf8") : "";
  const inXml = /^\ufeff?\s*</.test(text) ? await keyInXml(text.replace(/^\ufeff/, "")) : undefined;
  if (inXml !== undefined) return inXml;
  if (bytes.length === KEY) return Buffer.from(bytes);
  return (bytes.length === 2 * KEY ? hexOf(text) : undefined) ?? sha256(bytes);
}

/** undefined if it is other XML, which counts as any file. Throws UserError (exit 5) if it is damaged. */
async function keyInXml(text: string): Promise<Buffer | undefined> {
  const file = await parseXml(text.trim());
  if (file?.tagName !== "KeyFile") return undefined;
  const inside = (name: string, parent = file) => childrenOf(parent, name)[0];
  const [meta, key] = [inside("Meta"), inside("Key")];
  const version = (meta && inside("Version", meta)?.textContent?.trim()) ?? "";
  const data = key && inside("Data", key);
  const content = data?.textContent?.replace(/\s/g, "") ?? "";
  const bytes = version.startsWith("1") ? base64Of(content) : hexOf(content);
  const hash = data?.getAttribute("Hash")?.trim().toLowerCase() ?? "";
  const isRight = hash === "" || (bytes && sha256(bytes).toString("hex", 0, 4) === hash);
  if (bytes?.length !== KEY || !isRight) throw new UserError("the key file is damaged", 5);
  return bytes;
}
