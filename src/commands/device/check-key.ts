/**
 * `device check` of a hardware key: lists what is on it and compares a code of each with the seeds here. Writes nothing to the key,
 * and asks for no counter-based code, which would be used up.
 */
import { Exit, ExitCode } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { keyId } from "../../handover/key-entry.ts";
import type { OathKey } from "../../handover/oath-key.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { heldCopy } from "../../ledger/copies.ts";
import { findDevice } from "../../ledger/find-device.ts";
import { padded } from "../../talk/columns.ts";
import { accountJson } from "../../talk/json.ts";
import { count, note, quoted } from "../../talk/say.ts";
import { recordExport } from "../../vault/export-proof.ts";
import { openAccount, prefetchSeeds } from "../../vault/open-account.ts";
import { checkCode } from "../../vault/proofs.ts";
import type { Needs } from "../../world.ts";
import { type KeyNeeds, type KeyPlace, openPluggedKey, requireHardware, requireSameKey } from "./open-key.ts";

type CheckNeeds = Needs<"stdout" | "stderr" | "clock" | "ledger" | "seeds" | "stateFolder"> & KeyNeeds;

interface Found {
  readonly same: readonly Account[];
  readonly otherSeed: readonly Account[];
  /** Counter-based: to compare a code would use it up. */
  readonly uncompared: readonly Account[];
  /** The ledger says that it may be on the key. */
  readonly missing: readonly Account[];
  /** Ids on the key that are no account here. */
  readonly unknown: readonly string[];
}

/** Throws Exit (8) if the key differs from the ledger. */
export async function checkKey(
  name: string,
  options: KeyPlace & { json?: boolean },
  needs: CheckNeeds,
): Promise<void> {
  const device = findDevice(needs.ledger.devices(), name);
  requireHardware(device);
  const key = await openPluggedKey(options, needs);
  const ids = await key.list();
  const accounts = needs.ledger.accounts();
  requireSameKey(device, accounts, (account) => ids.includes(keyId(account)));
  const found = await compare(device, key, ids, accounts, needs);
  const has = new Set(found.same.map(({ id }) => id));
  const lacks = new Set([...found.otherSeed, ...found.missing].map(({ id }) => id));
  const { confirmed, doubted } = await recordExport(device, { has, lacks }, needs.clock.now(), needs);
  if (options.json) {
    const { same, otherSeed, uncompared, missing, unknown } = found;
    const lists = [same, otherSeed, uncompared, missing].map((list) => list.map(accountJson));
    const [sameJson, otherSeedJson, uncomparedJson, missingJson] = lists;
    needs.stdout.write(
      `${printableJson({
        version: 1,
        device: device.name,
        same: sameJson,
        otherSeed: otherSeedJson,
        notCompared: uncomparedJson,
        missing: missingJson,
        unknown,
        confirmed: confirmed.map(accountJson),
        noLongerConfirmed: doubted.map(accountJson),
      })}\n`,
    );
  } else {
    needs.stdout.write(text(found));
    note(needs, `${quoted(device.name)} makes the right codes of ${count(found.same.length, "account")}`);
    for (const one of doubted) note(needs, `${quoted(one.name)} is no longer confirmed on it`);
  }
  const { otherSeed, missing, unknown } = found;
  if ([otherSeed, missing, unknown].some(({ length }) => length > 0)) throw new Exit(ExitCode.findings);
}

async function compare(
  device: Device,
  key: OathKey,
  ids: readonly string[],
  accounts: readonly Account[],
  needs: CheckNeeds,
): Promise<Found> {
  const onKey = accounts.filter((account) => ids.includes(keyId(account)));
  await prefetchSeeds(onKey, needs);
  const codes = await key.codes(ids);
  const same: Account[] = [];
  const otherSeed: Account[] = [];
  const uncompared: Account[] = [];
  for (const account of onKey) {
    const enrollment = await openAccount(account, needs);
    if (enrollment.otp.type === "hotp") {
      uncompared.push(account);
      continue;
    }
    const id = keyId(enrollment);
    const known = codes.get(id);
    if (known === undefined) note(needs, `touch the key: it makes a code of ${quoted(account.name)}`);
    const code = known ?? (await key.code(id));
    const check = await checkCode(account, enrollment, code, device.name, needs);
    (check.right ? same : otherSeed).push(account);
  }
  const known = new Set(onKey.map(keyId));
  return {
    same,
    otherSeed,
    uncompared,
    missing: accounts.filter(
      (account) => heldCopy(account, device) !== undefined && !onKey.includes(account),
    ),
    unknown: ids.filter((id) => !known.has(id)),
  };
}

function text({ same, otherSeed, uncompared, missing, unknown }: Found): string {
  const named = (what: string, list: readonly Account[]) =>
    list.map(({ name }): [string, string] => [what, name]);
  const rows = [
    ...named("another seed", otherSeed),
    ...named("missing", missing),
    ...unknown.map((id): [string, string] => ["only there", id]),
    ...named("has a counter", uncompared),
    ...named("same", same),
  ];
  const width = Math.max(0, ...rows.map(([what]) => what.length));
  return rows.map(([what, name]) => `${padded(what, width)}  ${printable(name)}\n`).join("");
}
