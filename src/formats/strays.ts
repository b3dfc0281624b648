/** Adds to a reading what its format did not look for: nothing that a file holds is left out in silence. */
import { attempt, ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { keyReadings } from "../otp/key-text.ts";
import type { Secret } from "../otp/secret.ts";
import { joinReadings } from "./entries.ts";
import { type Field, mayHoldSeed, readField } from "./field.ts";
import type { Entry, Reading, Skipped } from "./format.ts";
import { secretInUri } from "./uri-entry.ts";

/** The secret of a URI that some programs export in place of the real one. */
const BLANKED = /secret=(?:\[hidden\]|%5Bhidden%5D|\*+)(?:&|$)/i;

/** A seed that is in the reading already, imported or named, is not repeated. Throws UserError (exit 5) beyond the limit. */
export async function addStrays(reading: Reading, fields: readonly Field[]): Promise<Reading> {
  const seen = new Seen(reading);
  const found: Reading[] = [reading];
  let total = reading.entries.length + reading.skipped.length;
  for (const field of fields) {
    if (!mayHoldSeed(field)) continue;
    const { entries, skipped, parts = [] } = await readField(field);
    const fresh = {
      entries: entries.filter((entry) => seen.isNewEntry(entry)),
      skipped: skipped.filter((entry) => seen.isNewFault(entry)),
      parts,
    };
    total += fresh.entries.length + fresh.skipped.length;
    if (total > LIMITS.entries)
      throw new UserError(`it has more than ${LIMITS.entries} entries`, ExitCode.unreadable);
    found.push(fresh);
  }
  return joinReadings(found);
}

class Seen {
  /** Of entries, and of what the format itself did not want: its trash must not come in after all. */
  readonly #seeds = new Set<string>();
  /** What was named: seeds, or URIs that can't be read. */
  readonly #named = new Set<string>();
  readonly #places = new Set<string>();

  constructor({ entries, skipped }: Reading) {
    for (const { enrollment } of entries) this.#seeds.add(hexOf(enrollment.secret));
    for (const { at, about } of skipped) {
      if (about === undefined) this.#places.add(at);
      else {
        this.#seeds.add(idOf(about));
        this.#named.add(idOf(about));
      }
    }
  }

  isNewEntry({ enrollment }: Entry): boolean {
    return isNew(this.#seeds, hexOf(enrollment.secret));
  }

  isNewFault({ at, about }: Skipped): boolean {
    if (this.#places.has(at) || (about !== undefined && BLANKED.test(textOf(about)))) return false;
    return about === undefined || (!this.#seeds.has(idOf(about)) && isNew(this.#named, idOf(about)));
  }
}

/** The seed, if the URI or key can be read. */
function idOf(about: Secret): string {
  const text = textOf(about);
  const secret = attempt(() => (text.includes("://") ? secretInUri(text) : keyReadings(text)[0].secret));
  return secret === undefined || secret instanceof UserError ? text : hexOf(secret);
}

function isNew(set: Set<string>, value: string): boolean {
  if (set.has(value)) return false;
  set.add(value);
  return true;
}

function hexOf(secret: Secret): string {
  return Buffer.from(secret.reveal()).toString("hex");
}

function textOf(about: Secret): string {
  return Buffer.from(about.reveal()).toString("utf8");
}
