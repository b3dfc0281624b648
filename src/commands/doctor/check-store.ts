/** The part of `doctor` that finds out which seed store is in use, even if config.json is lost. Opens no store. */

import { UserError } from "../../base/errors.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import { COST } from "../../seeds/file/scrypt.ts";
import { sealedIds } from "../../seeds/file/sealed-file.ts";
import { readSlots } from "../../seeds/file/slots.ts";
import { NoKeyring } from "../../seeds/keyring/keyring-errors.ts";
import { type Config, readConfig, type StoreKind } from "../../settings/config-file.ts";
import { count } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { isId } from "./check-ledger.ts";
import { type Line, ok, REPAIR, unknown, wrong, wrongBy } from "./lines.ts";

type CheckStoreNeeds = Needs<"env" | "folder" | "folderCare" | "ledger" | "storedIds">;

export interface StoreFound {
  readonly lines: readonly Line[];
  /** The store to check; undefined if there is none, or none that can be opened as it is. */
  readonly kind?: StoreKind;
  /** What a lost config.json must say, if there is no doubt about it. */
  readonly lostConfig?: Config;
}

export async function findStore(needs: CheckStoreNeeds): Promise<StoreFound> {
  try {
    const config = readConfig(needs.folder);
    if (config !== undefined)
      return { lines: [ok("config", `the seeds are in the ${config.store} store`)], kind: config.store };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const version = parseFields(readRaw(needs)).version;
    if (typeof version === "number" && version > 1) return { lines: [wrongBy("config", error)] };
    return guess(error.message, true, needs);
  }
  return guess('"config.json" is missing', false, needs);
}

/** A config.json that can't be read at all counts as newer, so it is not replaced. */
function readRaw(needs: Needs<"folder">): string {
  try {
    return needs.folder.read("config.json") ?? "";
  } catch {
    return '{"version":2}';
  }
}

async function guess(fault: string, isDamaged: boolean, needs: CheckStoreNeeds): Promise<StoreFound> {
  const sealed = sealedIds(needs.folder);
  const known = needs.ledger.accounts().map(({ id }) => id);
  if (sealed.length === 0) return guessKeyring(fault, isDamaged, known, needs);
  const found = `${count(sealed.length, "sealed seed")} in the data folder`;
  if (!known.every((id) => sealed.includes(id))) {
    const step = 'write it by hand: {"version":1,"store":"keyring"}, or "file"';
    return { lines: [wrong("config", `${fault}; there are ${found}, but some are missing`, step)] };
  }
  const lostConfig: Config = { store: "file", why: `doctor --repair found ${found}` };
  const lines = [wrong("config", `${fault}; there are ${found}`, REPAIR)];
  return isDamaged ? { lines, lostConfig } : { lines, lostConfig, kind: "file" };
}

async function guessKeyring(
  fault: string,
  isDamaged: boolean,
  known: readonly string[],
  needs: CheckStoreNeeds,
): Promise<StoreFound> {
  const isFresh = known.length === 0 && needs.ledger.damaged().length === 0 && !isDamaged;
  const nothing = "nothing is stored yet; the first add chooses where";
  if (needs.env.TWINSEED_STORE === "file") {
    if (isFresh) return { lines: [ok("config", nothing)] };
    const step = "restore the data folder, or look in the keyring: unset TWINSEED_STORE";
    return { lines: [wrong("config", `${fault}, and the data folder has no sealed seed`, step)] };
  }
  try {
    const elsewhere = await needs.folderCare.idsElsewhere();
    const names = await needs.storedIds("keyring");
    const found = count(names.filter((name) => isId(name) && !elsewhere.includes(name)).length, "seed");
    if (!found.startsWith("0 ")) {
      const lostConfig: Config = { store: "keyring", why: `doctor --repair found ${found} there` };
      return {
        lines: [wrong("config", `${fault}; the keyring holds ${found} from twinseed`, REPAIR)],
        lostConfig,
      };
    }
    if (isFresh) return { lines: [ok("config", nothing)] };
    const step = "restore the data folder or the keyring from a backup";
    return {
      lines: [wrong("config", `${fault}, and neither the folder nor the keyring holds a seed`, step)],
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!isFresh || !(error instanceof NoKeyring))
      return { lines: [wrongBy("config", error, error.hints[0])] };
    return { lines: [unknown("config", `nothing is stored yet; ${error.message}`)] };
  }
}

/** Checks the ways to open the file store. */
export function checkSlots(needs: Needs<"folder">): Line[] {
  const { usable, age, faults } = readSlots(needs.folder);
  const lines = faults.map((fault) =>
    wrong("keys", fault, "restore that file from a backup, or move it away"),
  );
  const work = COST.N * COST.r * COST.p;
  for (const slot of usable) {
    if (slot.kind !== "passphrase" || slot.kdf.N * slot.kdf.r * slot.kdf.p >= work) continue;
    const message = `"${slot.file}" is easier to guess than a new one would be (scrypt N=${slot.kdf.N})`;
    const step = "twinseed store passphrase";
    lines.push(wrong("keys", message, step));
  }
  if (lines.length > 0) return lines;
  const ways = usable.length + age.length;
  return ways > 0 ? [ok("keys", `${count(ways, "way")} to open the seeds`)] : [];
}
