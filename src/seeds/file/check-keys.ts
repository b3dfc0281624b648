/** What `doctor` finds in a shared file store: the list of members, the slots, and what the seeds are sealed with. */
import { attempt } from "../../base/errors.ts";
import { sha256 } from "../../base/node-crypto.ts";
import { printable } from "../../base/printable.ts";
import { isSure } from "../../members/accept.ts";
import { fileOfEntry } from "../../members/entry.ts";
import { stopError } from "../../members/stop-error.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { notesWithOthers } from "../notes/reseal-notes.ts";
import { dataKeysIn } from "./data-keys.ts";
import { unlockStore } from "./file-store.ts";
import { sealedWithOthers } from "./reseal.ts";
import { KEYS_FOLDER, readSlots, type Unlocked } from "./slots.ts";
import { remember, standingOf } from "./standing.ts";

export interface KeysFound {
  readonly members: number;
  readonly faults: readonly { readonly message: string; readonly fix: KeysFix }[];
}

/** "reseal": SharedKeys.reseal. The others are for the user; `hint`: what to do. */
export type KeysFix = "reseal" | "sync" | "rekey" | "by-hand" | { readonly hint: string };

/** Throws UserError (exit 6) if the store does not open. */
export async function checkKeys(deps: SeedStoreDeps): Promise<KeysFound> {
  const unlocked = await unlockStore(deps);
  const first = await look(deps, unlocked);
  // Another process may have changed the list, with the slots, between two looks.
  return first.faults.length === 0 ? first : look(deps, unlocked);
}

async function look(deps: SeedStoreDeps, unlocked: Unlocked): Promise<KeysFound> {
  const slots = readSlots(deps.folder);
  const keys = await dataKeysIn(slots, unlocked.opener, [unlocked.dataKey]);
  const here = await standingOf(deps, keys);
  const faults: KeysFound["faults"][number][] = [];
  const report = (message: string, fix: KeysFix): void => void faults.push({ message, fix });
  for (const fault of here?.faults ?? []) report(fault, "by-hand");
  if (here !== undefined && !isSure(here.standing)) {
    const { message, hints } = await stopError(here.standing);
    report(message, { hint: hints[0] ?? "" });
  }
  for (const { entry } of here?.standing.ignored ?? [])
    report(`"${fileOfEntry(entry.number)}" has an entry that no member made (it says "${entry.by}")`, "sync");
  if (here !== undefined) await remember(deps, here);
  const { members = [], slots: others = [], key } = here?.newest?.entry ?? {};
  const texts = new Map(
    deps.folder.list(KEYS_FOLDER).map((name) => {
      const text = attempt(() => deps.folder.read(`${KEYS_FOLDER}/${name}`));
      return [typeof text === "string" ? sha256(text) : "", `${KEYS_FOLDER}/${name}`];
    }),
  );
  for (const { name, slot } of members)
    if (slot !== undefined && !texts.has(slot))
      report(`the slot of member "${printable(name)}" is missing, or was exchanged`, "rekey");
  for (const { kind, sha256: hash } of others)
    if (!texts.has(hash)) report(`a slot of the store is missing, or was exchanged (${kind})`, "rekey");
  // Those of an earlier list are no fault: the next sync, or change, removes them.
  const listed = new Set(
    (here?.standing.path ?? []).flatMap(({ entry }) => [
      ...entry.members.flatMap(({ slot }) => slot ?? []),
      ...entry.slots.map((one) => one.sha256),
    ]),
  );
  if (here !== undefined)
    for (const [hash, file] of texts)
      if (!listed.has(hash) && /\.(json|age)$/.test(file))
        report(`"${printable(file)}" is a slot that the list of members does not name`, "sync");
  const current = key ?? unlocked.dataKey.id;
  const old = sealedWithOthers(deps.folder, current).length;
  if (old > 0)
    report(`${old === 1 ? "1 seed is" : `${old} seeds are`} not sealed with the current data key`, "reseal");
  const notes = notesWithOthers(deps.folder, current).length;
  if (notes > 0)
    report(
      `${notes === 1 ? "1 note is" : `${notes} notes are`} not sealed with the current data key`,
      "reseal",
    );
  return { members: members.length, faults };
}
