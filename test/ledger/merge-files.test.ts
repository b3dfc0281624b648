/** Two people change one ledger: what comes out when they meet. docs/sync.md has the rules. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Files, mergeLedgerFiles } from "../../src/ledger/merge-files.ts";
import { times } from "../helpers/times.ts";

const DAY = (day: number) => `2026-01-${String(day).padStart(2, "0")}T00:00:00.000Z`;

type Change = Readonly<Record<string, unknown>>;

function account(id: string, change: Change = {}): [string, string] {
  const fields = {
    version: 1,
    id,
    name: id,
    issuer: "",
    label: id,
    type: "hotp",
    algorithm: "SHA1",
    digits: 6,
    counter: 0,
    addedAt: DAY(1),
    copies: [{ device: "laptop", addedAt: DAY(1), confirmedAt: DAY(1) }],
    fingerprint: "",
    ...change,
  };
  const folder = "removedAt" in change ? "removed" : "accounts";
  return [`${folder}/${id}.json`, `${JSON.stringify(fields, null, 2)}\n`];
}

function device(id: string, change: Change = {}): Change {
  return { id, name: id, kind: "phone", addedAt: DAY(1), state: "active", ...change };
}

function devices(...list: Change[]): [string, string] {
  return ["devices.json", `${JSON.stringify({ version: 1, devices: list }, null, 2)}\n`];
}

const files = (...entries: [string, string][]): Files => new Map(entries);

function merge(base: Files, ours: Files, theirs: Files) {
  const { files: merged, notes } = mergeLedgerFiles(base, ours, theirs);
  const other = mergeLedgerFiles(base, theirs, ours);
  expect(other.files, "the same whoever merges").toEqual(merged);
  const read = (name: string) => JSON.parse(merged.get(name) ?? "null");
  return { merged, notes, read };
}

describe("an account", () => {
  const base = files(account("a"));

  it.each([
    ["before the proof there", 4, { confirmedAt: DAY(5) }],
    ["after the proof there", 6, { doubtedAt: DAY(6) }],
  ])("its copy was doubted here %s: what came later counts", (_, day, outcome) => {
    const copy = (more: Change) => ({ copies: [{ device: "phone", addedAt: DAY(1), ...more }] });
    const { read } = merge(
      files(account("a", copy({ confirmedAt: DAY(2) }))),
      files(account("a", copy({ doubtedAt: DAY(day) }))),
      files(account("a", copy({ confirmedAt: DAY(5) }))),
    );
    expect(read("accounts/a.json")).toMatchObject(copy(outcome));
    expect(Object.keys(read("accounts/a.json").copies[0])).toHaveLength(3);
  });

  it("renamed here, confirmed there", () => {
    const confirmed = [
      { device: "laptop", addedAt: DAY(1), confirmedAt: DAY(1) },
      { device: "phone", addedAt: DAY(2), confirmedAt: DAY(2) },
    ];
    const { read } = merge(
      base,
      files(account("a", { name: "b" })),
      files(account("a", { copies: confirmed })),
    );
    expect(read("accounts/a.json")).toMatchObject({ name: "b", copies: confirmed });
  });

  it("renamed on both sides keeps one of the names, and says which it has not", () => {
    const { read, notes } = merge(
      base,
      files(account("a", { name: "y" })),
      files(account("a", { name: "x" })),
    );
    expect(read("accounts/a.json").name).toBe("x");
    expect(notes).toEqual(['"x" was renamed on both sides: the name "y" was dropped']);
  });

  it("takes the larger counter, also where the other side has gone back", () => {
    const { read } = merge(base, files(account("a", { counter: 7 })), files(account("a", { counter: 3 })));
    expect(read("accounts/a.json").counter).toBe(7);
  });

  it("keeps the newest proof of a device", () => {
    const at = (confirmedAt: string) =>
      account("a", { copies: [{ device: "laptop", addedAt: DAY(1), confirmedAt }] });
    const { read } = merge(base, files(at(DAY(5))), files(at(DAY(3))));
    expect(read("accounts/a.json").copies).toEqual([
      { device: "laptop", addedAt: DAY(1), confirmedAt: DAY(5) },
    ]);
  });

  it("removed on one side is removed, unless the other side has used it since", () => {
    const removed = files(account("a", { removedAt: DAY(3) }));
    expect([...merge(base, removed, base).merged.keys()]).toEqual(["removed/a.json"]);
    const used = merge(base, removed, files(account("a", { counter: 1 })));
    expect(used.read("accounts/a.json")).not.toHaveProperty("removedAt");
    expect(used.notes).toEqual(['"a" was removed on one side and used on the other: it was kept']);
  });

  it("that got a new seed is removed, whatever the other side did to it", () => {
    const replaced = files(
      account("a", { removedAt: DAY(3), replacedBy: "b" }),
      account("b", { name: "a", addedAt: DAY(3) }),
    );
    const { merged, read } = merge(base, replaced, files(account("a", { counter: 9 })));
    expect([...merged.keys()].sort()).toEqual(["accounts/b.json", "removed/a.json"]);
    expect(read("removed/a.json").counter).toBe(9);
    expect(read("accounts/b.json").name).toBe("a");
  });

  it("brought back on one side is back", () => {
    const removed = files(account("a", { removedAt: DAY(2) }));
    expect([...merge(removed, base, removed).merged.keys()]).toEqual(["accounts/a.json"]);
  });

  it("whose file is damaged or gone on one side comes from the other", () => {
    for (const broken of [files(), files(["accounts/a.json", "{"])])
      expect(merge(base, broken, base).merged).toEqual(base);
  });

  it("keeps fields that this version does not know", () => {
    const { read } = merge(base, files(account("a", { arn: "x" })), files(account("a", { name: "b" })));
    expect(read("accounts/a.json")).toMatchObject({ arn: "x", name: "b" });
  });

  it("of a newer version is left as the side that changed it has it, or refused", () => {
    const newer = files(account("a", { version: 2 }));
    expect(merge(base, newer, base).merged).toEqual(newer);
    expect(() => mergeLedgerFiles(base, newer, files(account("a", { counter: 1 })))).toThrow(
      "newer twinseed",
    );
  });

  it("two new ones of one name are told apart", () => {
    const { read, notes } = merge(
      files(),
      files(account("a", { name: "GitHub", addedAt: DAY(2) })),
      files(account("b", { name: "GitHub", addedAt: DAY(1) })),
    );
    expect([read("accounts/a.json").name, read("accounts/b.json").name]).toEqual(["GitHub (2)", "GitHub"]);
    expect(notes).toEqual(['two accounts were called "GitHub": one is now "GitHub (2)"']);
  });
});

describe("devices", () => {
  it("that both sides entered by the same name are one, with its copies", () => {
    const copy = (id: string, day: number) => [{ device: id, addedAt: DAY(day), confirmedAt: DAY(day) }];
    const { read } = merge(
      files(account("a", { copies: [] })),
      files(
        account("a", { copies: copy("p1", 2) }),
        devices(device("p1", { name: "phone", addedAt: DAY(2) })),
      ),
      files(
        account("a", { copies: copy("p2", 3) }),
        devices(device("p2", { name: "Phone", addedAt: DAY(3) })),
      ),
    );
    expect(read("devices.json").devices).toEqual([device("p1", { name: "phone", addedAt: DAY(2) })]);
    expect(read("accounts/a.json").copies).toEqual([{ device: "p1", addedAt: DAY(2), confirmedAt: DAY(3) }]);
  });

  it("of one name and two kinds stay two", () => {
    const { read } = merge(
      files(),
      files(devices(device("p1", { name: "x" }))),
      files(devices(device("p2", { name: "x", kind: "paper" }))),
    );
    expect(read("devices.json").devices.map(({ name }: { name: string }) => name)).toEqual(["x", "x (2)"]);
  });

  it("lost on one side and renamed on the other is lost, by its new name", () => {
    const base = files(devices(device("p")));
    const lost = files(devices(device("p", { state: "lost", stateSince: DAY(4) })));
    const { read } = merge(base, lost, files(devices(device("p", { name: "old phone" }))));
    expect(read("devices.json").devices).toEqual([
      device("p", { name: "old phone", state: "lost", stateSince: DAY(4) }),
    ]);
  });

  it("a lost phone that the other side has replaced meanwhile is lost, with all that it holds", () => {
    const copies = [{ device: "p", addedAt: DAY(1), confirmedAt: DAY(2) }];
    const proved = [...copies, { device: "q", addedAt: DAY(5), confirmedAt: DAY(5) }];
    const base = files(account("a", { copies }), devices(device("p"), device("q")));
    const lost = files(
      account("a", { copies }),
      devices(device("p", { state: "lost", stateSince: DAY(4) }), device("q")),
    );
    const replaced = files(
      account("a", { copies: proved }),
      devices(device("p", { state: "retired", stateSince: DAY(5) }), device("q")),
    );
    const { read } = merge(base, lost, replaced);
    expect(read("devices.json").devices[0]).toEqual(device("p", { state: "lost", stateSince: DAY(4) }));
    expect(read("accounts/a.json").copies).toEqual(proved);
  });

  it("wiped on one side: a proof from before does not count, and one from after does", () => {
    const copies = (more: Change) => ({ copies: [{ device: "p", addedAt: DAY(1), ...more }] });
    const sides = (confirmedAt: string) =>
      merge(
        files(account("a", copies({})), devices(device("p"))),
        files(account("a", copies({ wipedAt: DAY(10) })), devices(device("p", { wipedAt: DAY(10) }))),
        files(account("a", copies({ confirmedAt })), devices(device("p"))),
      ).read("accounts/a.json").copies;
    const wiped = (at: string) => files(devices(device("p", { wipedAt: at })));
    expect(
      merge(files(devices(device("p"))), wiped(DAY(9)), wiped(DAY(10))).read("devices.json").devices,
    ).toEqual([device("p", { wipedAt: DAY(10) })]);
    expect(sides(DAY(9))).toEqual([{ device: "p", addedAt: DAY(1), wipedAt: DAY(10), shownAt: DAY(9) }]);
    expect(sides(DAY(11))).toEqual([{ device: "p", addedAt: DAY(1), confirmedAt: DAY(11) }]);
  });

  it("never go away", () => {
    const base = files(devices(device("p"), device("q")));
    expect(merge(base, files(devices(device("q"))), base).merged).toEqual(base);
  });
});

const day = fc.integer({ min: 1, max: 28 }).map(DAY);
const copy = fc.record(
  {
    device: fc.constantFrom("d1", "d2", "d3"),
    addedAt: day,
    confirmedAt: day,
    deadSince: day,
    wipedAt: day,
    shownAt: day,
  },
  { requiredKeys: ["device", "addedAt"] },
);
const entry = fc
  .record({
    id: fc.constantFrom("a", "b", "c"),
    name: fc.constantFrom("x", "y", "z", "x (2)"),
    counter: fc.nat(20),
    addedAt: day,
    copies: fc.uniqueArray(copy, { selector: ({ device: id }) => id }),
    removal: fc.option(fc.record({ removedAt: day }), { nil: undefined, freq: 3 }),
  })
  .map(({ id, removal, ...rest }) => account(id, { ...rest, ...removal }));
const someDevices = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom("d1", "d2", "d3"),
      name: fc.constantFrom("phone", "Phone", "old"),
      kind: fc.constantFrom("phone", "paper"),
      addedAt: day,
      state: fc.constantFrom("active", "lost", "retired"),
    })
    .map((fields) =>
      device(fields.id, { ...fields, stateSince: fields.state === "active" ? undefined : DAY(9) }),
    ),
  { selector: ({ id }) => id },
);
const side = fc
  .tuple(fc.uniqueArray(entry, { selector: ([name]) => name.slice(-6) }), someDevices)
  .map(([entries, list]) => files(...entries, devices(...list)));

const deviceOf = (text: string): Set<string> =>
  new Set(JSON.parse(text).copies.map((one: { device: string }) => one.device));
const idsOf = (all: Files): string[] =>
  [...all.keys()]
    .filter((name) => name.includes("/"))
    .map((name) => name.slice(-6))
    .sort();

/** The order of copies and devices is only for the eye. */
function unordered(all: Files): Record<string, unknown> {
  const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  const sorted = (_: string, value: unknown) => (Array.isArray(value) ? value.toSorted(byText) : value);
  return Object.fromEntries([...all].map(([name, text]) => [name, JSON.parse(text, sorted)]));
}

describe("any two sides", () => {
  it("come out the same whoever merges", () => {
    fc.assert(
      fc.property(side, side, side, (base, ours, theirs) => {
        expect(mergeLedgerFiles(base, ours, theirs).files).toEqual(
          mergeLedgerFiles(base, theirs, ours).files,
        );
      }),
      { numRuns: 100 },
    );
  });

  it("lose no account and no copy that neither side took away", () => {
    fc.assert(
      fc.property(side, side, (ours, theirs) => {
        const { files: merged } = mergeLedgerFiles(files(), ours, theirs);
        expect(new Set(idsOf(merged))).toEqual(new Set([...idsOf(ours), ...idsOf(theirs)]));
        const known: { id: string }[] = JSON.parse(merged.get("devices.json") ?? "{}").devices;
        for (const id of idsOf(merged)) {
          const in_ = (all: Files) => all.get(`accounts/${id}`) ?? all.get(`removed/${id}`);
          const wanted = [in_(ours), in_(theirs)].flatMap((text) =>
            text === undefined ? [] : [...deviceOf(text)],
          );
          const found = deviceOf(in_(merged) ?? "{}");
          for (const name of wanted)
            if (found.has(name) === false) expect(known.some((one) => one.id === name)).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("what may be on a device on either side, and is news there, may be on it; what is void on either side is not proved", () => {
    const mayHold = (one: Change): boolean =>
      one.shownAt !== undefined || (one.deadSince === undefined && one.wipedAt === undefined);
    const end = (one: Change): string =>
      [one.deadSince, one.wipedAt]
        .map((time) => String(time ?? ""))
        .sort()
        .at(-1) ?? "";
    const proof = (one: Change): string => (end(one) === "" ? String(one.confirmedAt ?? "") : "");
    fc.assert(
      fc.property(copy, copy, (first, second) => {
        const [a, b] = [first, second].map((one) => ({ ...one, device: "p" }));
        if (a === undefined || b === undefined) return;
        const side = (one: Change) => files(account("a", { copies: [one] }), devices(device("p")));
        const [merged] = merge(files(), side(a), side(b)).read("accounts/a.json").copies;
        expect(mayHold(merged)).toBe(mayHold(a) || mayHold(b));
        const isProved = end(merged) === "" && merged.confirmedAt !== undefined;
        const [last, ended] = [[a, b].map(proof).sort().at(-1) ?? "", [a, b].map(end).sort().at(-1) ?? ""];
        expect(isProved).toBe(last !== "" && last > ended);
        // Merged once more with either side, nothing changes.
        for (const one of [a, b])
          expect(merge(files(), side(merged), side(one)).read("accounts/a.json").copies).toEqual([merged]);
      }),
      { numRuns: times(300) },
    );
  });

  it("a device that is gone on either side is gone, if that is news there", () => {
    const state = fc.constantFrom("active", "lost", "retired");
    fc.assert(
      fc.property(state, state, state, fc.tuple(day, day, day), (before, ours, theirs, [x, y, z]) => {
        const side = (state: string, at: string) =>
          files(devices(device("p", state === "active" ? {} : { state, stateSince: at })));
        const { read } = merge(side(before, x), side(ours, y), side(theirs, z));
        const merged = read("devices.json").devices[0].state;
        const news = [ours, theirs].filter((one) => one !== before);
        if (news.includes("lost")) expect(merged).toBe("lost");
        else if (news.includes("retired")) expect(merged).not.toBe("active");
      }),
      { numRuns: times(200) },
    );
  });

  it("a counter never goes back", () => {
    fc.assert(
      fc.property(side, side, side, (base, ours, theirs) => {
        const { files: merged } = mergeLedgerFiles(base, ours, theirs);
        const counterIn = (all: Files, id: string) =>
          JSON.parse(all.get(`accounts/${id}`) ?? all.get(`removed/${id}`) ?? '{"counter":0}').counter;
        for (const id of idsOf(merged))
          expect(counterIn(merged, id)).toBeGreaterThanOrEqual(
            Math.max(counterIn(ours, id), counterIn(theirs, id)),
          );
      }),
      { numRuns: 100 },
    );
  });
});

/** What people do, one after the other, on one computer; the ids of what they add begin with its letter. */
const step = fc.record({
  what: fc.constantFrom(
    "rename",
    "count",
    "confirm",
    "show",
    "wipe",
    "forget",
    "remove",
    "restore",
    "add",
    "device",
    "lose",
  ),
  which: fc.nat(9),
  name: fc.constantFrom("x", "y", "z", "w"),
  at: fc.integer({ min: 2, max: 28 }).map(DAY),
});
const steps = fc.array(step, { maxLength: 12 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Ledger {
  accounts: {
    id: string;
    name: string;
    counter: number;
    copies: Change[];
    removedAt?: string;
    addedAt: string;
  }[];
  devices: { id: string; name: string; kind: string; addedAt: string; state: string; stateSince?: string }[];
}

function live(start: Ledger, letter: string, done: readonly Step[]): Ledger {
  const { accounts, devices: list }: Ledger = structuredClone(start);
  for (const [i, { what, which, name, at }] of done.entries()) {
    const present = accounts.filter(({ removedAt }) => removedAt === undefined);
    const gone = accounts.filter(({ removedAt }) => removedAt !== undefined);
    const one = present[which % Math.max(1, present.length)];
    const item = list[which % Math.max(1, list.length)];
    const isFree = !present.some((other) => other.name === name);
    if (what === "add" && isFree)
      accounts.push({ id: `${letter}${i}`, name, counter: 0, copies: [], addedAt: at });
    if (what === "device" && !list.some((other) => other.name === name))
      list.push({ id: `${letter}${i}`, name, kind: "phone", addedAt: at, state: "active" });
    if (what === "lose" && item !== undefined) Object.assign(item, { state: "lost", stateSince: at });
    const [back] = gone;
    if (what === "restore" && back !== undefined && !present.some((other) => other.name === back.name))
      delete back.removedAt;
    if (one === undefined) continue;
    if (what === "rename" && isFree) one.name = name;
    if (what === "count") one.counter += 1;
    if (what === "remove") one.removedAt = at;
    if (item === undefined) continue;
    const others = one.copies.filter(({ device: id }) => id !== item.id);
    const known = one.copies.find(({ device: id }) => id === item.id);
    if (what === "confirm") one.copies = [...others, { device: item.id, addedAt: DAY(1), confirmedAt: at }];
    if (what === "show")
      one.copies = [...others, { ...known, device: item.id, addedAt: DAY(1), shownAt: at }];
    if (what === "forget") one.copies = others;
    if (what === "wipe") one.copies = [...others, { device: item.id, addedAt: DAY(1), wipedAt: at }];
  }
  return { accounts, devices: list };
}

function filesOf({ accounts, devices: list }: Ledger): Files {
  return files(...accounts.map(({ id, ...rest }) => account(id, rest)), devices(...list));
}

const nothing: Ledger = { accounts: [], devices: [] };

describe("two people who go on from one ledger", () => {
  it("are settled: merging what came out once more, whole or in part, as after a kill, changes nothing", () => {
    fc.assert(
      fc.property(steps, steps, steps, fc.nat(99), (before, here, there, cut) => {
        const start = live(nothing, "a", before);
        const [base, ours, theirs] = [start, live(start, "b", here), live(start, "c", there)].map(filesOf);
        if (base === undefined || ours === undefined || theirs === undefined) return;
        const { files: merged } = mergeLedgerFiles(base, ours, theirs);
        expect(unordered(mergeLedgerFiles(merged, merged, merged).files)).toEqual(unordered(merged));
        expect(unordered(mergeLedgerFiles(base, merged, theirs).files)).toEqual(unordered(merged));
        // Killed while it was written: some files are ours, some merged, some both (on their way to removed/).
        const names = [...merged.keys()].sort();
        const partly = new Map([
          ...ours,
          ...[...merged].filter(([name]) => names.indexOf(name) < cut % (names.length + 1)),
        ]);
        const repaired = mergeLedgerFiles(base, partly, theirs).files;
        expect(idsOf(repaired)).toEqual(idsOf(merged));
      }),
      { numRuns: 166 },
    );
  });

  it("lose no account, no device and no proof", () => {
    fc.assert(
      fc.property(steps, steps, steps, (before, here, there) => {
        const start = live(nothing, "a", before);
        const sides = [live(start, "b", here), live(start, "c", there)] as const;
        const { files: merged } = mergeLedgerFiles(filesOf(start), filesOf(sides[0]), filesOf(sides[1]));
        const known: { id: string; name: string }[] = JSON.parse(merged.get("devices.json") ?? "").devices;
        for (const { accounts, devices: list } of sides) {
          for (const { name, id } of list)
            expect(
              known.some((one) => one.id === id || one.name === name),
              `device ${id}`,
            ).toBe(true);
          for (const { id, counter, copies } of accounts) {
            const text = merged.get(`accounts/${id}.json`) ?? merged.get(`removed/${id}.json`);
            const found = JSON.parse(text ?? "null");
            expect(found.counter).toBeGreaterThanOrEqual(counter);
            const older = start.accounts.find((one) => one.id === id);
            for (const { device: on, confirmedAt } of copies) {
              const isNew = older?.copies.find((one) => one.device === on)?.confirmedAt !== confirmedAt;
              const name = list.find((one) => one.id === on)?.name;
              const ids = known.filter((one) => one.id === on || one.name === name).map((one) => one.id);
              const proofs: Change[] = found.copies.filter((one: { device: string }) =>
                ids.includes(one.device),
              );
              // Of a device that was wiped, only later proofs count.
              if (isNew && confirmedAt !== undefined && proofs.every(({ wipedAt }) => wipedAt === undefined))
                expect(proofs.some((one) => String(one.confirmedAt) >= String(confirmedAt))).toBe(true);
            }
          }
        }
        const names = [...merged]
          .filter(([name]) => name.startsWith("accounts/"))
          .map(([, text]) => JSON.parse(text).name);
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 166 },
    );
  });
});
