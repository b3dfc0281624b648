/** Authenticator Plus (Android): a zip encrypted with ZipCrypto that contains Accounts.txt, a list of otpauth lines. */
import type { ForeignFile } from "./foreign-file.ts";
import type { Format } from "./format.ts";
import { readUriList } from "./otpauth-list.ts";

export const authenticatorPlus: Format = {
  id: "authenticator-plus",
  name: "Authenticator Plus",
  detect: (file) => memberOf(file) !== undefined,
  async read(file, passphrase) {
    const { readMember } = await import("./zip.ts");
    const bytes = await readMember(file.bytes, memberOf(file) ?? "", passphrase);
    return readUriList(
      Buffer.from(bytes)
        .toString("utf8")
        .replace(/^\ufeff/, ""),
    );
  },
};

function memberOf({ members }: ForeignFile): string | undefined {
  return members?.find((name) => /^(.*\/)?accounts\.txt$/i.test(name));
}
