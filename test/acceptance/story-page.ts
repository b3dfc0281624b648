/**
 * docs/story.md is written by hand; its blocks of "console" and its pictures are what the run has shown, in order. What is
 * different in each run has the same example's place each time.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../helpers/binary.ts";
import { textIn, withText } from "../helpers/pictures.ts";
import type { Said } from "./seat.ts";

const PAGE = join(ROOT, "docs/story.md");
const LARGEST_PICTURE = 80_000;
const BLOCK = /^```console\n[\s\S]*?^```$/gm;

const LISTS = [
  "gravity-webcam-lilac-cards-ruin-fatal-skunk-acid",
  "velvet-sugar-mixed-teacher-olympic-island-chew-echo",
  "paper-dwarf-recall-amount-trash-unusual-fitness-lily",
  "orange-guitar-scout-twin-beard-phantom-minister-jury",
];
const LINES = ["adult-various-facility-texture", "drove-become-adjust-sheriff"];
const IDS = ["4cjvjx6qt2nayqo5", "mkafcaejn746xf6g"];

/** What is random, and the examples for the first, the second … that a run has shown. */
const RANDOM: readonly (readonly [pattern: RegExp, examples: readonly string[]])[] = [
  [/\bage1[a-z0-9]{50,}/g, ["age1…"]],
  [/(?<=ssh-ed25519 )\S{60,}/g, ["AAAA…"]],
  [/(?<=AAAA… )[0-9a-f]{8}\b/g, ["0f3c9a12", "7b21d4e0"]],
  [/\b(?:[a-z]+-){7}[a-z]+\b/g, LISTS],
  [/(?<=words of its line: |its words: )(?:[a-z]+-){3}[a-z]+\b(?!-)/g, LINES],
  [/(?<![-\w])[a-z2-7]{16}(?![-\w])/g, IDS],
  [/\b[0-9a-f]{64}\b/g, ["…"]],
];

export interface Page {
  /** The next block. */
  show(said: readonly Said[]): void;
  /** A picture in docs/pictures/, and the text that it shows. */
  picture(name: string, png: Buffer, text: string): void;
  /** Compares with what is in docs/, or writes it there. Gives what differs. */
  finish(isWritten: boolean): { readonly shown: unknown; readonly written: unknown };
}

export function storyPage(): Page {
  const seen = new Map<RegExp, string[]>();
  const blocks: string[] = [];
  const pictures = new Map<string, { png: Buffer; text: string }>();

  function masked(text: string): string {
    return RANDOM.reduce(
      (rest, [pattern, examples]) =>
        rest.replace(pattern, (found) => {
          const known = seen.get(pattern) ?? [];
          seen.set(pattern, known.includes(found) ? known : [...known, found]);
          const place = (seen.get(pattern) ?? []).indexOf(found);
          return examples[Math.min(place, examples.length - 1)] ?? found;
        }),
      text,
    );
  }

  return {
    show(said) {
      blocks.push(said.map(({ shown }) => masked(shown)).join("\n"));
    },
    picture(name, png, text) {
      if (png.length > LARGEST_PICTURE) throw new Error(`${name} has ${png.length} bytes`);
      pictures.set(join(ROOT, "docs/pictures", name), { png, text: masked(text) });
    },
    finish(isWritten) {
      const page = readFileSync(PAGE, "utf8");
      const left = [...blocks];
      const now = page.replace(BLOCK, (old) => {
        const next = left.shift();
        return next === undefined ? old : `\`\`\`console\n${next}\n\`\`\``;
      });
      const count = page.match(BLOCK)?.length ?? 0;
      if (count !== blocks.length)
        throw new Error(
          `docs/story.md has ${count} blocks, and ${blocks.length} were shown:\n${blocks.join("\n---\n")}`,
        );
      if (isWritten) {
        writeFileSync(PAGE, now);
        for (const [file, { png, text }] of pictures) writeFileSync(file, withText(png, text));
      }
      const texts = (of: (file: string, text: string) => string | undefined) =>
        [...pictures].map(([file, { text }]) => [file, of(file, text)]);
      return {
        shown: { page: now, pictures: texts((_, text) => text) },
        written: { page: readFileSync(PAGE, "utf8"), pictures: texts((file) => textIn(readFileSync(file))) },
      };
    },
  };
}
