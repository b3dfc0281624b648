/**
 * What an audit must say, from the events that twinseed was told of. This shares no code with src/ledger, and it thinks the other
 * way round: it keeps what happened, in order, and asks what follows from that, where the program keeps only the outcome.
 */

export type Event = { readonly at: number } & (
  | { readonly kind: "enrolled"; readonly seed: string; readonly login: string; readonly instead?: string }
  | { readonly kind: "removed" | "restored"; readonly seed: string; readonly login: string }
  | { readonly kind: "shown" | "proved"; readonly seed: string; readonly device: string }
  | { readonly kind: "lost" | "retired" | "back" | "wiped"; readonly device: string }
  | { readonly kind: "doubted"; readonly seed: string; readonly device: string }
  /** A backup was written, opened, or carried away. `seeds`: what is in it; of these, what was compared. */
  | { readonly kind: "written" | "opened"; readonly device: string; readonly seeds: readonly string[] }
  | { readonly kind: "placed"; readonly device: string }
);

export type Finding = "lost-device" | "retired-device" | "dead-copy" | "one-device" | "unconfirmed" | "stale";

const DAY = 86_400_000;
const STALE = 180 * DAY;

export function statusOf(device: string, events: readonly Event[]): "active" | "lost" | "retired" {
  const last = events.findLast(
    (one) => "device" in one && one.device === device && ["lost", "retired", "back"].includes(one.kind),
  );
  return last?.kind === "lost" || last?.kind === "retired" ? last.kind : "active";
}

/** The events since the device was last wiped, in order. */
function sinceWipe(device: string, events: readonly Event[]): readonly Event[] {
  const wiped = events.findLastIndex((one) => one.kind === "wiped" && one.device === device);
  return events.slice(wiped + 1);
}

/** Whether the device was ever given the seed, and not wiped since. */
export function mayHave(seed: string, device: string, events: readonly Event[]): boolean {
  return sinceWipe(device, events).some(
    (one) => (one.kind === "shown" || one.kind === "proved") && one.seed === seed && one.device === device,
  );
}

/** The seeds that this one took the place of, the latest first. */
function forebears(seed: string, events: readonly Event[]): string[] {
  const before = events.findLast((one) => one.kind === "enrolled" && one.seed === seed);
  if (before?.kind !== "enrolled" || before.instead === undefined) return [];
  return [before.instead, ...forebears(before.instead, events)];
}

/** When the device last showed a code of the seed that still says something about it. */
export function provedAt(seed: string, device: string, events: readonly Event[]): number | undefined {
  const recent = sinceWipe(device, events);
  const about = (one: Event): boolean =>
    "seed" in one && "device" in one && one.seed === seed && one.device === device;
  const proof = recent.findLast((one) => one.kind === "proved" && about(one));
  if (proof === undefined) return undefined;
  // What the device exported since did not have it.
  if (recent.findLast((one) => one.kind === "doubted" && about(one) && one.at > proof.at) !== undefined)
    return undefined;
  // It came back after a newer seed, which the device was given: it may have dropped this one.
  const isDoubtful = events.some(
    (one, i) =>
      one.kind === "restored" &&
      one.seed === seed &&
      events.indexOf(proof) < i &&
      successorsOf(seed, events.slice(0, i)).some((next) => mayHave(next, device, events.slice(0, i))),
  );
  return isDoubtful ? undefined : proof.at;
}

/** Which seeds are enrolled, and how each of the others went. */
export function lives(
  events: readonly Event[],
): Map<string, { login: string; state: "here" | "removed" | "replaced" }> {
  const all = new Map<string, { login: string; state: "here" | "removed" | "replaced" }>();
  for (const one of events) {
    if (!("login" in one)) continue;
    const { seed, login } = one;
    all.set(seed, { login, state: one.kind === "removed" ? "removed" : "here" });
    const older = one.kind === "enrolled" ? one.instead : undefined;
    if (older !== undefined) all.set(older, { login, state: "replaced" });
  }
  return all;
}

/** The seeds that took this one's place, one after the other, or that its login got after it was removed. */
export function successorsOf(seed: string, events: readonly Event[]): string[] {
  const all = lives(events);
  const { state = "here", login = "" } = all.get(seed) ?? {};
  if (state === "here") return [];
  const gone = events.findLastIndex(
    (one) =>
      (one.kind === "removed" && one.seed === seed) || (one.kind === "enrolled" && one.instead === seed),
  );
  const later = events
    .slice(gone)
    .filter((one) => one.kind === "enrolled" && one.login === login && all.get(one.seed)?.state === "here")
    .flatMap((one) => ("seed" in one ? [one.seed] : []));
  const end = events[gone];
  const next = state === "replaced" && end?.kind === "enrolled" ? end.seed : undefined;
  return [...(next === undefined ? [] : [next, ...successorsOf(next, events)]), ...later];
}

/** The service took a seed back that the device had, and the device has not shown a code of this one. */
export function hasOld(seed: string, device: string, events: readonly Event[]): boolean {
  const enrolled = events.findLastIndex((one) => one.kind === "enrolled" && one.seed === seed);
  const before = events.slice(0, enrolled);
  if (statusOf(device, before) !== "active") return false;
  const [parent] = forebears(seed, events);
  if (parent === undefined) return false;
  const hadIt = mayHave(parent, device, before) || hasOld(parent, device, before);
  const since = events.slice(enrolled + 1);
  const isOver = since.some(
    (one) =>
      "device" in one &&
      one.device === device &&
      (one.kind === "wiped" || (one.kind === "proved" && one.seed === seed)),
  );
  return hadIt && !isOver;
}

interface File {
  readonly seeds: readonly string[];
  /** What was compared with it since it was written, and when. */
  readonly openedAt: (seed: string) => number | undefined;
  readonly isPlaced: boolean;
}

/** The file that was written last under this name. */
export function fileOf(backup: string, events: readonly Event[]): File | undefined {
  const at = events.findLastIndex((one) => one.kind === "written" && one.device === backup);
  const written = events[at];
  if (written?.kind !== "written") return undefined;
  const since = events.slice(at).filter((one) => "device" in one && one.device === backup);
  return {
    seeds: written.seeds,
    openedAt: (seed) => since.findLast((one) => one.kind === "opened" && one.seeds.includes(seed))?.at,
    isPlaced: since.some(({ kind }) => kind === "placed"),
  };
}

/** What is wrong with a backup as a whole, if these seeds are enrolled. */
export function expectedOfBackup(
  backup: string,
  enrolled: readonly string[],
  events: readonly Event[],
): string[] {
  const file = fileOf(backup, events);
  const isKnown = events.some((one) => "device" in one && one.device === backup);
  if (!isKnown || statusOf(backup, events) !== "active") return [];
  // Without a file, it was added by its name alone, and holds nothing.
  const held = enrolled.filter((seed) => file?.seeds.includes(seed));
  const isOpened = held.some((seed) => file?.openedAt(seed) !== undefined);
  return [
    ...(held.length < enrolled.length ? ["backup-behind"] : []),
    ...(held.length > 0 && !isOpened ? ["backup-unverified"] : []),
  ];
}

/** The kinds of findings about an account with this seed. This computer has it, and has proved it. */
export function expectedFindings(
  seed: string,
  devices: readonly string[],
  events: readonly Event[],
  now: number,
  backups: readonly string[] = [],
): Set<Finding> {
  const found = new Set<Finding>();
  let live = 1;
  let safe = 1;
  for (const device of devices) {
    const status = statusOf(device, events);
    const [has, old] = [mayHave(seed, device, events), hasOld(seed, device, events)];
    if (status !== "active") {
      if (has) found.add(status === "lost" ? "lost-device" : "retired-device");
      continue;
    }
    if (old) found.add("dead-copy");
    if (!has || old) continue;
    live += 1;
    const at = provedAt(seed, device, events);
    if (at === undefined) continue;
    safe += 1;
    if (now - at >= STALE + DAY) found.add("stale");
  }
  for (const backup of backups) {
    const file = fileOf(backup, events);
    if (!file?.seeds.includes(seed)) continue;
    const status = statusOf(backup, events);
    if (status === "lost") found.add("lost-device");
    // Lying next to this computer, it is lost with it.
    if (status !== "active" || !file.isPlaced) continue;
    live += 1;
    const at = file.openedAt(seed);
    if (at === undefined) continue;
    safe += 1;
    if (now - at >= STALE + DAY) found.add("stale");
  }
  if (live < 2) found.add("one-device");
  if (safe < 2 && live > safe) found.add("unconfirmed");
  return found;
}
