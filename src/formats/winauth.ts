/** WinAuth (Windows, last release 2018): a zip, often locked with the old ZipCrypto, with a text of otpauth lines. */
import { joined } from "./entries.ts";
import type { ForeignFile } from "./foreign-file.ts";
import type { Format, Reading } from "./format.ts";
import { readUriList } from "./otpauth-list.ts";

export const winauth: Format = {
  id: "winauth",
  name: "WinAuth",
  detect: (file) => textsOf(file).length > 0,
  async read(file, passphrase) {
    const { readMembers } = await import("./zip.ts");
    const readings: Reading[] = [];
    for await (const { content } of readMembers(file.bytes, textsOf(file), passphrase)) {
      const text = Buffer.from(content).toString("utf8");
      readings.push(await readUriList(text.replace(/^\ufeff/, "")));
    }
    return joined(readings);
  },
};

/** [] where anything else is in it: another app's archive with a text among its files. */
function textsOf({ members }: ForeignFile): readonly string[] {
  const files = (members ?? []).filter((name) => !/\/$|(^|\/)(\.|__MACOSX\/)/.test(name));
  return files.every((name) => /^[^/]+\.txt$/i.test(name)) ? files : [];
}
