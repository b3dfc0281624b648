/** KeePass files that mean harm: more work than any lock is worth, trees without end, gzip without end. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { foreignText } from "../../src/formats/foreign-file.ts";
import { gunzip } from "../../src/formats/gunzip.ts";
import { aesKdfKey } from "../../src/formats/kdf.ts";
import { keepassXml } from "../../src/formats/keepass-xml.ts";
import { parseXml } from "../../src/formats/xml.ts";

const nobody = async () => Promise.reject(new Error("asked for a password"));

it.each([
  ["entities", '<!DOCTYPE KeePassFile [<!ENTITY a "x">]><KeePassFile><Root>&a;</Root></KeePassFile>'],
  ["a document type alone", "<!DOCTYPE KeePassFile><KeePassFile/>"],
  [
    "groups ten thousand deep",
    `<KeePassFile><Root>${"<Group>".repeat(10_000)}${"</Group>".repeat(10_000)}</Root></KeePassFile>`,
  ],
  ["elements without end", `<KeePassFile>${"<a>".repeat(20_000)}`],
  ["a million tags too many", `<KeePassFile>${"<a/>".repeat(2_000_001)}</KeePassFile>`],
  ["another document", "<KeePass><KeePassFile ></KeePassFile ></KeePass>"],
  ["no document", "<KeePassFile "],
])("XML: %s", async (_, text) => {
  const file = foreignText("x.xml", text);
  expect(keepassXml.detect(file)).toBe(true);
  await expect(keepassXml.read(file, nobody)).rejects.toThrow(UserError);
});

it("XML: what needs no document type is left as it stands", async () => {
  const root = await parseXml("<a>&amp;&lt;&#x41;<![CDATA[<b>&amp;]]></a>");
  expect(root?.textContent).toBe("&<A<b>&amp;");
});

it("gzip gives what was packed", async () => {
  await expect(gunzip(gzipSync(Buffer.from("kept")))).resolves.toEqual(Buffer.from("kept"));
});

it("AES-KDF is AES again and again, across the borders of its pieces", async () => {
  const { createCipheriv } = await import("node:crypto");
  const [key, seed] = [Buffer.alloc(32, 7), Buffer.alloc(32, 9)];
  for (const rounds of [1, 2, 4095, 4096, 4097, 8192, 10_000]) {
    let both: Buffer = key;
    for (let i = 0; i < rounds; i++) both = createCipheriv("aes-256-ecb", seed, null).update(both);
    expect(aesKdfKey(key, seed, rounds)).toEqual(createHash("sha256").update(both).digest());
  }
  for (const rounds of [0, -1, 1.5, 100_000_001, Number.NaN, "6000", undefined])
    expect(() => aesKdfKey(key, seed, rounds)).toThrow("AES-KDF rounds");
});
