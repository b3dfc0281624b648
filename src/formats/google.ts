/** Google Authenticator's "Transfer accounts": the texts of its QR codes, one per line. */

import type { Format } from "./format.ts";
import {
  batchIdOf,
  formatMigration,
  isMigrationUri,
  MOST_PER_CODE,
  reasonToOmitFromGoogle,
} from "./google-migration.ts";
import { readUriList } from "./otpauth-list.ts";

export const google: Format = {
  id: "google",
  name: "Google Authenticator",
  detect({ text, json }) {
    if (text === undefined || json !== undefined) return false;
    const lines = text.split(/[\r\n]+/).map((line) => line.trim());
    const kept = lines.filter((line) => line !== "" && !line.startsWith("#"));
    return kept.length > 0 && kept.every(isMigrationUri);
  },
  read: ({ text }) => readUriList(text ?? ""),
  writer: {
    password: false,
    reasonToOmit: reasonToOmitFromGoogle,
    async write(enrollments, { random }) {
      const uris = await formatMigration(enrollments, { perCode: MOST_PER_CODE, batchId: batchIdOf(random) });
      return uris.map((uri) => `${uri}\n`).join("");
    },
  },
};
