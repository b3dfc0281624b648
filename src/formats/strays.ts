/** Adds to a reading what its format did not look for: nothing that a file holds is left out in silence. */
import { attempt, ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { type OtpParameters, sameParameters } from "../otp/enrollment.ts";
import { keyReadings } from "../otp/key-text.ts";
import type { Secret } from "../otp/secret.ts";
import { joinReadings } from "./entries.ts";
import { type Field, mayHoldSeed, readField } from "./field.ts";
import type { Entry, Reading, Skipped } from "./format.ts";
import { namedOnly, secretInUri } from "./uri-entry.ts";

/** The secret of a URI that some programs export in place of the real one. */
const BLANKED = /secret=(?:\[hidden\]|%5Bhidden%5D|\*+)(?:&|$)/i;

const OTHER = "it has the seed of another entry, but makes other codes (digits, period, algorithm or type)";

/**
 * What is in the reading already, imported or named, is not repeated. A seed that makes other codes here than in its own entry is
 * named; without any entries, such as in prose, it comes in twice. Throws UserError (exit 5) beyond the limit.
 */
export async function addStrays(reading: Reading, fields: readonly Field[]): Promise<Reading> {
  const seen = new Seen(reading);
  const hasOwn = reading.entries.length > 0;
  const found: Reading[] = [reading];
  let total = reading.entries.length + reading.skipped.length;
  for (const field of fields) {
    if (!mayHoldSeed(field)) continue;
    const read = await readField(field);
    const others: Entry[] = [];
    const fresh: Entry[] = [];
    for (const entry of read.entries) {
      if (!seen.isNewEntry(entry)) continue;
      (hasOwn && seen.isKnownSeed(entry) ? others : fresh).push(entry);
      seen.add(entry);
    }
    const named = namedOnly({ entries: others, skipped: [] }, OTHER).skipped;
    const skipped = [...read.skipped.filter((fault) => seen.isNewFault(fault)), ...named];
    total += fresh.length + skipped.length;
    if (total > LIMITS.entries)
      throw new UserError(`it has more than ${LIMITS.entries} entries`, ExitCode.unreadable);
    found.push({ entries: fresh, skipped, parts: read.parts ?? [] });
  }
  return joinReadings(found);
}

class Seen {
  /** Of entries, by their seeds: the ways in which these make codes. */
  readonly #codes = new Map<string, OtpParameters[]>();
  /** Of what the format itself did not want: its trash must not come in after all. */
  readonly #unwanted = new Set<string>();
  /** What was named: seeds, or URIs that can't be read. */
  readonly #named = new Set<string>();
  readonly #places = new Set<string>();

  constructor({ entries, skipped }: Reading) {
    for (const entry of entries) this.add(entry);
    for (const { at, about } of skipped) {
      if (about === undefined) this.#places.add(at);
      else {
        this.#unwanted.add(idOf(about));
        this.#named.add(idOf(about));
      }
    }
  }

  add({ enrollment: { secret, otp } }: Entry): void {
    const id = hexOf(secret);
    this.#codes.set(id, [...(this.#codes.get(id) ?? []), otp]);
  }

  /** Programs write a URI for common codes next to a Steam seed. */
  isNewEntry({ enrollment: { secret, otp } }: Entry): boolean {
    const id = hexOf(secret);
    const known = this.#codes.get(id) ?? [];
    const isKnown = known.some((one) => one.type === "steam" || sameParameters(one, otp));
    return !isKnown && !this.#unwanted.has(id);
  }

  isKnownSeed({ enrollment }: Entry): boolean {
    return this.#codes.has(hexOf(enrollment.secret));
  }

  isNewFault({ at, about }: Skipped): boolean {
    if (this.#places.has(at) || (about !== undefined && BLANKED.test(textOf(about)))) return false;
    if (about === undefined) return true;
    const id = idOf(about);
    return !this.#codes.has(id) && isNew(this.#named, id);
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
