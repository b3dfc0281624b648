/**
 * Random histories of a list of members, with an attacker who knows some signing keys or some data keys (never both of one
 * entry), and who forges, withholds, reorders and replays. What a computer is sure of was always written by members; and once
 * the attacker is gone, all agree again. The oracle knows who made each entry, and looks at nothing else.
 */
import { expect, it } from "vitest";
import { accept, isSure, type Memory, memoryOf } from "../../src/members/accept.ts";
import type { ReadEntry } from "../../src/members/entry.ts";
import type { DataKey } from "../../src/seeds/file/data-key.ts";
import { type TestComputer, testComputer, testEntry, testKey } from "../helpers/member-lists.ts";
import { randomFrom } from "../helpers/parallel.ts";
import { times } from "../helpers/times.ts";

/** 100,000 in the long run: about five minutes of processor time. */
const HISTORIES = times(1) > 1 ? 100_000 : 500;
/** Making entries costs much more than looking at them: each forest is walked many times. */
const WALKS = 100;

interface Node {
  readonly read: ReadEntry;
  readonly key: DataKey;
  readonly members: readonly TestComputer[];
  readonly isHonest: boolean;
}

interface Forest {
  readonly honest: readonly Node[];
  readonly forged: readonly Node[];
}

const computers = ["a", "b", "c", "d", "m"].map(testComputer);

function forest(random: () => number): Forest {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const first = computers[0] as TestComputer;
  const key = testKey();
  const root = testEntry(undefined, undefined, { by: first, members: [first], key });
  const honest: Node[] = [{ read: root, key, members: [first], isHonest: true }];
  for (let i = 0; i < 6; i++) {
    const last = honest.at(-1) as Node;
    const by = pick(last.members);
    const others = computers.slice(0, 4).filter((one) => one !== by && random() < 0.5);
    const next = random() < 0.5 ? last.key : testKey(key.store);
    const members = [by, ...others];
    const read = testEntry(last.read, last.key, { by, members, key: next });
    honest.push({ read, key: next, members, isHonest: true });
  }
  const stolenSigner = random() < 0.5;
  const forged: Node[] = [];
  for (let i = 0; i < 6; i++) {
    const last = pick([...honest, ...forged]);
    const mallory = computers[4] as TestComputer;
    // A copied signing key comes with no data key, and a copied data key with no signing key.
    const own = testKey(key.store);
    const by = stolenSigner ? pick(last.members) : mallory;
    const members = [...new Set([by, mallory, ...last.members])];
    const next = random() < 0.5 ? own : last.key;
    const macKey = stolenSigner ? own : last.key;
    const changes = stolenSigner || random() < 0.5 ? {} : { by: pick(last.members).member.name };
    forged.push({
      read: testEntry(last.read, last.key, { by, members, key: next, macKey, changes }),
      key: next,
      members,
      isHonest: false,
    });
  }
  return { honest, forged };
}

it(`${HISTORIES} random histories: only what members wrote is believed, and all agree in the end`, () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomFrom(seed);
  let sure = 0;
  let stops = 0;
  for (let history = 0; history < HISTORIES; history += WALKS) {
    const { honest, forged } = forest(random);
    const byHash = new Map([...honest, ...forged].map((node) => [node.read.hash, node]));
    for (let walk = 0; walk < WALKS; walk++) {
      const start = honest[Math.floor(random() * 3)] as Node;
      let memory: Memory = memoryOf(start.read);
      for (let visit = 0; visit < 4; visit++) {
        const shown = [
          ...honest.slice(0, 1 + Math.floor(random() * honest.length)).filter(() => random() < 0.95),
          ...forged.filter(() => random() < 0.4),
        ].sort(() => random() - 0.5);
        const known = [...honest, ...forged].filter(() => random() < 0.6);
        const isLocked = random() < 0.3;
        const keyOf = (id: string) =>
          isLocked ? undefined : known.find(({ key }) => key.id === id)?.key.bytes;
        const standing = accept(
          { memory, awaited: [] },
          shown.map(({ read }) => read),
          keyOf,
        );
        if (isSure(standing)) {
          const newest = byHash.get(standing.path.at(-1)?.hash ?? "");
          expect({ seed, history, isHonest: newest?.isHonest }).toEqual({ seed, history, isHonest: true });
          expect(newest?.read.entry.number).toBeGreaterThanOrEqual(memory.checked.number);
          sure += 1;
        }
        if (standing.stop !== undefined) {
          expect(standing.memory).toBe(memory);
          stops += 1;
        }
        memory = standing.memory ?? memory;
        expect(byHash.get(memory.checked.hash)?.isHonest).toBe(true);
      }
      // The attacker is gone: everything honest, and whatever a locked computer took in, with all keys.
      const taken = new Set<string | null>([memory.seen.hash]);
      for (const { read } of forged.toReversed()) if (taken.has(read.hash)) taken.add(read.entry.before);
      const left = forged.filter(({ read }) => taken.has(read.hash) || random() < 0.3);
      const everything = [...honest, ...left].map(({ read }) => read);
      const open = (id: string) => [...honest, ...forged].find(({ key }) => key.id === id)?.key.bytes;
      const end = accept({ memory, awaited: [] }, everything, open);
      expect({ seed, history, stop: end.stop, newest: end.path.at(-1)?.hash }).toEqual({
        seed,
        history,
        stop: undefined,
        newest: honest.at(-1)?.read.hash,
      });
      expect(isSure(end)).toBe(true);
    }
  }
  expect(sure).toBeGreaterThan(HISTORIES / 10);
  expect(stops).toBeGreaterThan(HISTORIES / 100);
});
