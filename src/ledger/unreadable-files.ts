/** The files of the ledger that can't be read, and what can be done about each. What they say, audit does not know. */

import { faultOf } from "../base/errors.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { NEWER } from "./account.ts";
import { parseAccount } from "./account-file.ts";
import { salvageDevices } from "./checkup.ts";
import { parseDevices } from "./devices-file.ts";
import { DEVICES, INCOMING } from "./file-names.ts";
import type { Fix } from "./finding.ts";
import { parseIncoming } from "./incoming.ts";
import type { Unreadable } from "./ledger-findings.ts";

/** `damaged` are the ids of the entries that can't be read. */
export function unreadableFiles(damaged: readonly string[], folder: DataFolder): Unreadable[] {
  const names = [...damaged.map((id) => `accounts/${id}.json`), INCOMING, DEVICES];
  return names.flatMap((file, i): Unreadable[] => {
    const id = damaged[i];
    const fault = faultOf(() => {
      const text = folder.read(file);
      if (text === undefined) return;
      if (id !== undefined) parseAccount(text, id);
      else if (file === DEVICES) parseDevices(text);
      else parseIncoming(text);
    });
    if (fault === undefined) return [];
    return [{ file, fault, fix: fault === NEWER ? ["doctor"] : fixOf(file, id, folder) }];
  });
}

/** An account comes back with its seed. What is left of a list of devices can be kept; without that, only a backup knows them. */
function fixOf(file: string, id: string | undefined, folder: DataFolder): Fix {
  if (id !== undefined) return /^[a-z2-7]+$/.test(id) ? ["restore", id] : ["doctor"];
  if (file !== DEVICES || faultOf(() => folder.read(file)) !== undefined) return ["doctor"];
  const isSalvageable = salvageDevices(folder.read(file) ?? "") !== undefined;
  return isSalvageable ? ["doctor", "--repair"] : ["backup", "restore", "FILE"];
}
