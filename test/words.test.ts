/**
 * Keeps out words that native readers of American English stumble over: in the sources, the documents, and every help text.
 * A failure names the file, the line and what to write instead.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { commandLine } from "../src/cli/program.ts";
import { pathOf } from "../src/cli/shown-commands.ts";
import { commandsOf, noWorld } from "./helpers/every-command.ts";

type Entry = readonly [pattern: string, instead: string];

/** A space in a pattern matches any gap, including a line break with the `*` or `//` of a comment. Case is ignored. */
const WORDS: readonly Entry[] = [
  // British spelling
  ["enrol(?!l)\\w*", "enroll, enrollment"],
  ["colour\\w*", "color"],
  ["licence\\w*", "license"],
  ["grey\\w*", "gray"],
  ["cancell(?:ed|ing)", "canceled, canceling"],
  ["(?:label|travel|signal|model)l(?:ed|ing)", "one l: labeled, traveling"],
  ["(?:behavi|neighb|hon|fav)our\\w*", "-or: behavior, neighbor"],
  ["(?:centre|metre)s?", "center, meter"],
  [
    "(?:catalogue|dialogue|programme|artefact|defence|judgement)s?",
    "catalog, dialog, program, artifact, defense, judgment",
  ],
  ["practis(?:e|es|ed|ing)", "practice"],
  ["analys(?:e|ed|ing)", "analyze"],
  [
    "(?:author|custom|initial|minim|normal|optim|organ|recogn|serial|summar|util)is(?:e|es|ed|ing|ation)",
    "-ize: initialize, recognize",
  ],
  ["whilst", "while"],
  ["amongst", "among"],
  ["for ever", "forever"],
  // Old or rare words
  ["anew", "again"],
  ["bear(?:s|ing)?", "have, carry"],
  ["beside", "next to"],
  ["besides", "also, apart from"],
  ["dear", "expensive"],
  ["(?<!\\bon\\s)demand(?:s|ed|ing)?", "require"],
  ["likewise", "also, the same"],
  ["mend(?:s|ed|ing)?", "fix"],
  ["reckon(?:s|ed|ing)?", "calculate, count"],
  ["shall", "must, will"],
  ["somebody", "someone, or who it is: the user, another process"],
  ["nobody", "no one, or who it is: no user, no other process"],
  ["everybody", "everyone, or who it is: all members"],
  ["anybody", "anyone, or who it is: any user"],
  ["whoever", "anyone who"],
  ["(?:henceforth|hereby|hitherto|lest|therein|thereof|whereof)", "a word that you would say"],
  // Turns of phrase
  ["account that counts", "counter-based (HOTP) account"],
  ["accounts that count", "counter-based (HOTP) accounts"],
  ["at hand", "available, at the terminal"],
  ["by itself", "on its own, automatically"],
  ["(?:give|gives|given|giving|gave) out", "issue, hand out"],
  ["go(?:es)? on where", "resume where"],
  ["in the place of", "in place of, instead of"],
  ["(?:is|are) of an?", "has, belongs to"],
  ["is over (?:after|soon|within)", "finishes, ends"],
  ["is too much", "unexpected"],
  ["it may well", "it may"],
  ["look(?:s|ed|ing)? whether", "check whether"],
  ["no more than", "at most"],
  ["nothing new came", "already up to date"],
  ["one an? (?:account|entry|file|line|row|user)", "one per line"],
  ["put(?:s|ting)?(?: [\\w'’]+){0,3} aside", "archive"],
  ["said again", "run again"],
  ["so far as", "as far as"],
  ["taken for(?! granted)", "mistaken for, treated as"],
  ["that is none of", "not one of"],
];

/** These match only in the case shown. */
const IDENTIFIERS: readonly Entry[] = [
  ["demand[A-Z]\\w*", "require…, assert…"],
  ["mend[A-Z]\\w*", "fix…, repair…"],
  ["quickly(?=\\()", "how it does that: findIndexed"],
  ["Spender\\w*", "what it is: a command, a process"],
  ["takeIn\\w*", "what it does: import…, enroll…"],
  ["tidy[A-Z]?\\w*", "what it does: normalize…, remove…"],
];

/** Texts of others, and former names, that are quoted exactly: the test ignores `text` in `file`. */
const QUOTED: readonly { readonly file: string; readonly text: string; readonly why: string }[] = [
  { file: "SECURITY.md", text: "SHOULD discourage and SHALL NOT facilitate", why: "NIST SP 800-63B" },
  { file: "src/base/slip39-words.ts", text: "deliver demand density", why: "the words of SLIP-39" },
  { file: "src/base/slip39-words.ts", text: "ticket tidy timber", why: "the words of SLIP-39" },
  { file: "CHANGELOG.md", text: "had `mend`", why: "the name that a JSON key had" },
];

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const patterns = [
  ...WORDS.map(([pattern, instead]) => ({ found: finder(pattern, "gi"), instead })),
  ...IDENTIFIERS.map(([pattern, instead]) => ({ found: finder(pattern, "g"), instead })),
];

function finder(pattern: string, flags: string): RegExp {
  return new RegExp(`\\b(?:${pattern.replaceAll(" ", "[\\s*/]+")})\\b`, flags);
}

/** Each odd word as `file:line: "word": write …`. */
function oddWords(file: string, text: string): string[] {
  const own = QUOTED.filter((one) => one.file === file).reduce(
    (rest, quoted) => rest.replaceAll(quoted.text, "…".repeat(quoted.text.length)),
    text,
  );
  return patterns.flatMap(({ found, instead }) =>
    Array.from(own.matchAll(found), ({ index, 0: word }) => {
      const line = own.slice(0, index).split("\n").length;
      return `${file}:${line}: "${word.replace(/[\s*/]+/g, " ")}": write ${instead}`;
    }),
  );
}

const documents = ["", "bench", "docs"].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith(".md") ? [join(folder, name)] : [])),
);
const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).flatMap((name) =>
  /\.(ts|md)$/.test(name) ? [`src/${name.replaceAll("\\", "/")}`] : [],
);

describe("the words that a native reader stumbles over", () => {
  it.each(documents)("are not in %s", (file) => {
    expect(oddWords(file, readFileSync(join(ROOT, file), "utf8"))).toEqual([]);
  });

  it("are not in src/", () => {
    const faults = sources.flatMap((file) => oddWords(file, readFileSync(join(ROOT, file), "utf8")));
    expect(faults).toEqual([]);
  });

  it("are not in what --help prints", async () => {
    const program = await commandLine(noWorld);
    const faults = [program, ...commandsOf(program)].flatMap((command) => {
      let help = "";
      command.configureOutput({
        writeOut: (text) => {
          help += text;
        },
      });
      command.outputHelp();
      expect(help).toContain("Usage:");
      return oddWords(`twinseed ${pathOf(command)} --help`.replace("  ", " "), help);
    });
    expect(faults).toEqual([]);
  });
});

it("every quoted text is still there", () => {
  const missing = QUOTED.filter(({ file, text }) => !readFileSync(join(ROOT, file), "utf8").includes(text));
  expect(missing).toEqual([]);
});

it("names the line, over line breaks and in comments, and leaves good words alone", () => {
  const text = [
    "/**",
    " * Enrolls it anew. Go on",
    " * where you left; on demand.",
    " */",
    "demandFolder();",
  ];
  expect(oddWords("some.ts", text.join("\n")).toSorted()).toEqual([
    'some.ts:2: "Go on where": write resume where',
    'some.ts:2: "anew": write again',
    'some.ts:5: "demandFolder": write require…, assert…',
  ]);
});
