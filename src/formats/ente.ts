/** Ente Auth's encrypted exports: the same list of otpauth URIs as in its plain export, locked with a password. */
import { objectOf } from "../base/untrusted-json.ts";
import { unreadable, WrongPassphrase } from "./faults.ts";
import type { Format } from "./format.ts";
import { argon2Key } from "./kdf.ts";
import { readUriList } from "./otpauth-list.ts";
import { HEADER_BYTES, openSecretstream } from "./secretstream.ts";
import { base64Of } from "./shape.ts";

const NEWEST = 1;

export const ente: Format = {
  id: "ente",
  name: "Ente Auth",
  detect({ json }) {
    const file = objectOf(json);
    return objectOf(file?.kdfParams) !== undefined && file?.encryptedData !== undefined;
  },
  async read({ json }, passphrase) {
    const file = objectOf(json) ?? {};
    const { version } = file;
    if (typeof version === "number" && version > NEWEST)
      throw unreadable("Ente Auth", `has version ${version}; this release reads up to ${NEWEST}`);
    const { memLimit, opsLimit, salt: saltText } = objectOf(file.kdfParams) ?? {};
    const [salt, header, sealed] = [saltText, file.encryptionNonce, file.encryptedData].map(base64Of);
    if (salt?.length !== 16 || header?.length !== HEADER_BYTES || sealed === undefined)
      throw unreadable("Ente Auth", "is damaged");
    const kibibytes = typeof memLimit === "number" ? Math.floor(memLimit / 1024) : memLimit;
    const costs = { kibibytes, iterations: opsLimit, parallelism: 1 };
    const key = await argon2Key(await passphrase(), salt, costs);
    const text = await openSecretstream(key, header, sealed);
    if (text === undefined) throw new WrongPassphrase();
    const list = Buffer.from(text).toString("utf8");
    return { ...(await readUriList(list)), inside: [{ at: "", content: list }] };
  },
};
