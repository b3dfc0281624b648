/** WinAuth (Windows, last release 2018): a zip, often encrypted with the old ZipCrypto, that contains a list of otpauth lines. */
import { joinReadings } from "./entries.ts";
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
    return joinReadings(readings);
  },
};

/** [] if the zip contains anything else: then it is another app's archive that happens to include a text file. */
function textsOf({ members }: ForeignFile): readonly string[] {
  const files = (members ?? []).filter((name) => !/\/$|(^|\/)(\.|__MACOSX\/)/.test(name));
  return files.every((name) => /^[^/]+\.txt$/i.test(name)) ? files : [];
}
