/** What a device's export says about the copies on it: compares, records and reports. Shared by `device check` and `import --device`. */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { missingParts } from "../formats/google-migration.ts";
import { twinseedJson } from "../formats/twinseed-json.ts";
import type { Account, Device } from "../ledger/account.ts";
import { deviceNamed } from "../ledger/find-device.ts";
import { defaultName, type Enrollment } from "../otp/enrollment.ts";
import { padded } from "../talk/columns.ts";
import { note, pasteable, pasteableName, quoted, warn } from "../talk/say.ts";
import type { ExportComparison, Stranger } from "../vault/compare-export.ts";
import { type Judged, recordExport } from "../vault/export-proof.ts";
import type { Needs } from "../world.ts";
import type { Source } from "./read-exports.ts";

/** Whether every entry of it could be read: only then does it say what the device lacks. */
export function isWhole(sources: readonly Source[]): boolean {
  const parts = sources.flatMap((source) => source.parts ?? []);
  return sources.every(({ skipped }) => skipped.length === 0) && missingParts(parts).length === 0;
}

/**
 * A file of `twinseed export json` is from a computer with twinseed: it says nothing about what a phone has. Throws UserError
 * (exit 1) before anything is changed.
 */
export function requireOwnExport(
  deviceName: string,
  sources: readonly Source[],
  { ledger }: Needs<"ledger">,
): void {
  const ours = sources.find(({ app }) => app === twinseedJson.name);
  if (ours === undefined || deviceNamed(ledger.devices(), deviceName)?.kind === "computer") return;
  throw new UserError(
    `${ours.from} was exported from twinseed, so it does not say what ${quoted(deviceName)} has; nothing was changed`,
    ExitCode.failed,
    ["export from the device's own app, or let it show codes: twinseed verify ACCOUNT --device NAME"],
  );
}

/** When the oldest of the files was written: a device may have lost since what it had then. */
export async function madeAt(sources: readonly Source[], needs: Needs<"clock" | "files">): Promise<number> {
  const times = [needs.clock.now()];
  for (const { file } of sources) {
    const time = file && (await needs.files.modifiedAt(file.path));
    if (time !== undefined) times.push(time);
  }
  return Math.min(...times);
}

export async function judgeExport(
  device: Device,
  { same, otherSeed, missing }: ExportComparison,
  sources: readonly Source[],
  needs: Needs<"stderr" | "clock" | "files" | "ledger">,
): Promise<Judged> {
  const lacks = [
    ...otherSeed.filter(({ hasBoth }) => !hasBoth).map(({ account }) => account.id),
    ...(isWhole(sources) ? missing.map(({ id }) => id) : []),
  ];
  const has = new Set(same.map(({ id }) => id));
  return recordExport(device, { has, lacks: new Set(lacks) }, await madeAt(sources, needs), needs);
}

/** One line for each account, the differences first. */
export function comparisonText({ same, lostHere, otherSeed, missing, unknown }: ExportComparison): string {
  const rows = [
    ...otherSeed.map(({ account, hasBoth }) =>
      row("another seed", account, hasBoth ? "it has the right one too" : ""),
    ),
    ...missing.map((account) => row("missing", account, "not in the export")),
    ...unknown.map((one) => ["only there", nameOf(one), removedSentence(one)]),
    ...lostHere.map((account) => row("no seed here", account, "the export has it: import it")),
    ...same.map((account) => row("same", account)),
  ];
  const width = Math.max(0, ...rows.map(([what = ""]) => what.length));
  return rows
    .map(
      ([what = "", name = "", why = ""]) =>
        `${padded(what, width)}  ${name}${why === "" ? "" : `  (${why})`}\n`,
    )
    .join("");
}

function row(what: string, account: Account, why = ""): [string, string, string] {
  return [what, printable(account.name), why];
}

function removedSentence({ remembered }: Stranger): string {
  if (remembered === undefined) return "";
  return `removed here on ${(remembered.account.removedAt ?? "").slice(0, 10)}`;
}

export function nameOf({ enrollment }: { readonly enrollment: Enrollment }): string {
  return printable(defaultName(enrollment)) || "an account without a name";
}

/** What the differences mean and what to do about them. */
export function sayDifferences(
  { name }: Device,
  { otherSeed }: ExportComparison,
  { doubted }: Judged,
  needs: Needs<"stderr">,
): void {
  for (const { account, hasBoth, remembered } of otherSeed) {
    const also = hasBoth ? " as well" : "";
    const old = remembered === undefined ? "" : ", an old one";
    warn(
      needs,
      `${quoted(name)} has another seed of ${quoted(account.name)}${also}${old}: only one of them works`,
    );
    note(
      needs,
      hasBoth
        ? `hint: delete the other one on ${quoted(name)}, so that it is not mistaken for the right one`
        : `hint: if the service accepts "twinseed code ${pasteable(account)}", the device needs it: twinseed qr ${pasteable(account)} --device ${pasteableName(name)}`,
    );
  }
  if (doubted.length > 0) {
    const names = doubted.map((account) => quoted(account.name)).join(", ");
    note(needs, `no longer confirmed on ${quoted(name)}: ${names}`);
  }
}
