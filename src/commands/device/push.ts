/**
 * `device push`: puts seeds on a hardware key. The key shows a code of each, which proves its copy. A copy is noted before the key
 * gets the seed, so that a kill in between can't leave a seed where the ledger knows of none.
 */
import { asUserError, Exit, ExitCode, UserError } from "../../base/errors.ts";
import { canAskTouch, keyFault, keyId, keyUri, slotsOf } from "../../handover/key-entry.ts";
import type { OathKey } from "../../handover/oath-key.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { copyOn } from "../../ledger/copies.ts";
import { deviceNamed } from "../../ledger/find-device.ts";
import { findAccounts } from "../../ledger/find-several.ts";
import { audit, DEFAULT_AUDIT } from "../../ledger/findings.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import { count, note, pasteable, quoted, warn } from "../../talk/say.ts";
import { namedDevice } from "../../vault/named-device.ts";
import { openAccount, prefetchSeeds } from "../../vault/open-account.ts";
import { checkCode, forgetCopy, recordCopy, recordProof } from "../../vault/proofs.ts";
import type { Needs } from "../../world.ts";
import { type KeyNeeds, type KeyPlace, openPluggedKey, requireHardware, requireSameKey } from "./open-key.ts";

export interface PushOptions extends KeyPlace {
  touch?: boolean;
  replace?: boolean;
}

type PushNeeds = Needs<"stderr" | "computer" | "clock" | "random" | "ledger" | "seeds" | "stateFolder"> &
  KeyNeeds;

interface Pushed {
  readonly account: Account;
  readonly enrollment: Enrollment;
  readonly id: string;
}

/** Throws Exit (1) if an account is not on the key in the end; UserError if the key can't be used at all. */
export async function push(
  name: string,
  queries: readonly string[],
  options: PushOptions,
  needs: PushNeeds,
): Promise<void> {
  const accounts = needs.ledger.accounts();
  const known = deviceNamed(needs.ledger.devices(), name);
  if (known !== undefined) requireHardware(known);
  if (known !== undefined && known.state !== "active") await namedDevice(name, "hardware", undefined, needs);
  const wanted = await findAccounts(accounts, queries, needs.ledger);
  await prefetchSeeds(wanted, needs);
  const all: Pushed[] = [];
  for (const account of wanted) {
    const enrollment = await openAccount(account, needs);
    all.push({ account, enrollment, id: keyId(enrollment) });
  }
  const key = await openPluggedKey(options, needs);
  if (options.touch && !canAskTouch(key.version))
    throw new UserError("this key is too old to ask for a touch", ExitCode.failed, ["leave out --touch"]);
  const before = new Set(await key.list());
  if (known !== undefined) requireSameKey(known, accounts, (account) => before.has(keyId(account)));
  const chosen = choose(all, before, key, needs);
  let failed = all.length - chosen.length;
  if (chosen.length === 0) throw new Exit(ExitCode.failed);
  const device = await namedDevice(name, "hardware", undefined, needs);
  for (const one of chosen) {
    const isThere = before.has(one.id);
    const isDone = isThere
      ? await keep(one, device, key, options, needs)
      : await put(one, device, key, options, needs);
    if (!isDone) failed += 1;
  }
  note(
    needs,
    `${quoted(device.name)} has room for ${count(room(key, await key.list()), "more account", "more accounts")}`,
  );
  if (failed > 0) throw new Exit(ExitCode.failed);
}

/** What the key can hold; if it has too few slots, what audit finds most at risk. Says what is left out, before anything is written. */
function choose(
  all: readonly Pushed[],
  onKey: ReadonlySet<string>,
  key: OathKey,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Pushed[] {
  const ids = new Set<string>();
  const able = all.filter(({ account, enrollment, id }) => {
    const why = ids.has(id)
      ? "another one has the same name on the key, which cuts names to 64 bytes"
      : keyFault(enrollment, key.version);
    if (why !== undefined) warn(needs, `a key can't hold ${quoted(account.name)}: ${why}`);
    else ids.add(id);
    return why === undefined;
  });
  const left = room(key, [...onKey]);
  const fresh = able.filter(({ id }) => !onKey.has(id));
  if (fresh.length <= left) return able;
  const options = { now: needs.clock.now(), ...DEFAULT_AUDIT };
  const order = audit(needs.ledger.accounts(), needs.ledger.devices(), options).accounts;
  const rank = ({ account }: Pushed): number => order.findIndex((one) => one.account.id === account.id);
  const kept = new Set(fresh.toSorted((a, b) => rank(a) - rank(b)).slice(0, left));
  warn(
    needs,
    `the key has room for ${left} of these ${fresh.length}: those most at risk go first, by the order of audit`,
  );
  for (const one of fresh) if (!kept.has(one)) note(needs, `left out: ${quoted(one.account.name)}`);
  return able.filter((one) => onKey.has(one.id) || kept.has(one));
}

function room({ version }: OathKey, onKey: readonly string[]): number {
  return Math.max(0, slotsOf(version) - onKey.length);
}

/** The key has something of that name: the same seed is confirmed, another one is left alone unless the user says so. */
async function keep(
  one: Pushed,
  device: Device,
  key: OathKey,
  options: PushOptions,
  needs: PushNeeds,
): Promise<boolean> {
  const { account, enrollment, id } = one;
  // A counter-based code would be used up, so that one can't be compared.
  if (enrollment.otp.type !== "hotp") {
    if (!options.replace) note(needs, `${quoted(id)} is on the key already: touch it if it blinks`);
    const check = await checkCode(account, enrollment, await key.code(id), device.name, needs);
    if (check.right) {
      await recordProof(account, device, check.proof, needs);
      note(needs, `${quoted(device.name)} is confirmed: it had ${quoted(account.name)} already`);
      return true;
    }
  }
  if (options.replace) return put(one, device, key, options, needs);
  warn(needs, `the key has ${quoted(id)} already, with another seed or a counter: it was left as it is`);
  note(needs, `hint: to overwrite it there: add --replace`);
  return false;
}

async function put(
  { account, enrollment, id }: Pushed,
  device: Device,
  key: OathKey,
  { touch = false, replace = false }: PushOptions,
  needs: PushNeeds,
): Promise<boolean> {
  const isNew = copyOn(account, device) === undefined;
  await recordCopy(account, device, needs);
  const fault = await key.put(keyUri(enrollment), { touch, replace }).catch(asUserError);
  if (fault instanceof UserError) {
    const list = await key.list().catch(asUserError);
    if (list instanceof UserError) throw isGone(account, device, fault);
    if (isNew && !list.includes(id)) await forgetCopy(account, device, needs);
    throw fault;
  }
  if (touch) note(needs, `touch the key: it makes a code of ${quoted(account.name)}`);
  const code = await key.code(id).catch(asUserError);
  if (code instanceof UserError) throw isGone(account, device, code);
  const check = await checkCode(account, enrollment, code, device.name, needs);
  if (!check.right) {
    warn(needs, `the key does not make the codes of ${quoted(account.name)}: it is on it, but not confirmed`);
    return false;
  }
  await recordProof(account, device, check.proof, needs);
  note(needs, `${quoted(device.name)} is confirmed: it holds ${quoted(account.name)}`);
  return true;
}

/** The key may have it: the ledger says so, and "not confirmed". */
function isGone(account: Account, device: Device, { message, exitCode, hints }: UserError): UserError {
  const name = quoted(account.name);
  return new UserError(message, exitCode, [
    `${name} may be on ${quoted(device.name)} and is not confirmed; what was confirmed before remains so`,
    `run the same command again: twinseed device push ${quoted(device.name)} ${pasteable(account)} …`,
    ...hints,
  ]);
}
