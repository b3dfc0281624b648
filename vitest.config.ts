import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { defineConfig, type Plugin, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { viewer } from "./packaging/viewer.mjs";

/**
 * These load modules anew or replace them, watch the process's memory, or open a keyring in it. In all others nothing is
 * changed in the process that another file could see: they share one and what they import, which costs more than most of them.
 */
const APART = ["test/{limits,formats/round-trips,qr/hostile,qr/read,seeds/keyring}.test.ts"];

/** `npm run test:real`: what takes minutes, and what other programs make of ours. `npm test` goes without. */
const REAL = [
  "test/{acceptance,real}/**/*.test.ts",
  "test/ci.test.ts",
  "test/e2e/{doctor,keyring,leaks,no-terminal,once,screen,watch}.test.ts",
  "test/ledger/{copies-model,sync-model}.test.ts",
  "test/rig/full-disk.test.ts",
  "test/sync/{lost-once,typed-passphrase}.test.ts",
  "test/system/{find-program,folder-processes}.test.ts",
];

/** The same, in processes of their own. */
const REAL_APART = ["test/{formats/nothing-left-out,fuzz/fuzz,rig/rig}.test.ts"];

const EVERYTHING = ["test/**/*.test.ts"];

/**
 * `npm run test:standalone`: the executable that needs no Node.js. Of the end-to-end tests, all but compile-cache and
 * loaded-files, which are about a cache of Node's and the files of dist/.
 */
const STANDALONE = ["test/standalone/*.test.ts", "test/e2e/!(compile-cache|loaded-files).test.ts"];

/** `npm run test:long`: every file that takes more samples there. */
const takesSamples = (file: string) =>
  file.endsWith(".test.ts") && readFileSync(file, "utf8").includes("/times.ts");
const LONGER = readdirSync("test", { recursive: true, encoding: "utf8" })
  .map((name) => `test/${name.replaceAll("\\", "/")}`)
  .filter(takesSamples);
const LONGER_THAN_ANY = 12 * 3_600_000;

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const EXECUTABLE = resolve(`standalone/twinseed-${version}-${process.platform}-${process.arch}/twinseed`);

/** A bound against hanging, not a measurement: the machines are shared. */
const TIMEOUT = 120_000;

/** These wait for real time or for other processes most of the time; the longest first. */
const WAITING = [
  "acceptance/story",
  "real/sync-histories",
  "real/aws-moto",
  "real/unlock",
  "real/shared-computers",
  "real/aws-enroll",
  "real/aws",
  "real/keyring-providers",
  "real/keyring-faults",
  "real/completion",
  "e2e/keyring",
  "ci",
  "system/clipboard",
  "system/folder-processes",
];

/**
 * What `npm run test:quick` leaves out: what starts programs, needs dist/, or takes many seconds. Everything else is in it, a
 * new test too.
 */
const NOT_QUICK = [
  ...APART,
  ...REAL,
  ...REAL_APART,
  "test/standalone/**",
  "test/{e2e,fuzz,rig}/**",
  "test/{ci,package,supply-chain}.test.ts",
  "test/formats/{corpus,hostile}.test.ts",
  "test/qr/{corpus,read-back,terminal,xterm}.test.ts",
  "test/commands/{once-leases,paste}.test.ts",
  "test/regular-expressions.test.ts",
  "test/leases/*.test.ts",
  "test/system/{clipboard,folder-processes,streams,terminal}.test.ts",
];

/** What keeps the processors busy for long. */
const LONG = /\/test\/(acceptance|e2e|fuzz|real|rig)\/|\/qr\/read\.|\/system\/terminal|\/corpus/;

/**
 * What takes long comes first, so that nothing is waited for at the end; and what waits is spread out, so that somebody
 * works meanwhile. Those apart in a row, as a shared process is given up for one of them. With --sequence.shuffle the seed
 * decides, and nothing else.
 */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { shuffle, seed } = this.ctx.config.sequence;
    if (shuffle) return shuffled(files, seed);
    const sorted = await super.sort(files);
    const waiting = WAITING.flatMap((name) =>
      sorted.filter(({ moduleId }) => moduleId.endsWith(`/test/${name}.test.ts`)),
    );
    const rank = ({ moduleId, project }: TestSpecification) =>
      project.config.isolate ? 0 : LONG.test(moduleId) ? 1 : 2;
    const working = sorted.filter((file) => !waiting.includes(file)).toSorted((a, b) => rank(a) - rank(b));
    const spread = working.flatMap((file, i) => (i % 2 === 0 ? [...waiting.splice(0, 1), file] : [file]));
    return [...spread, ...waiting];
  }
}

function shuffled(files: readonly TestSpecification[], seed: number): TestSpecification[] {
  const place = ({ moduleId, project }: TestSpecification) => {
    const file = relative(import.meta.dirname, moduleId);
    return createHash("sha1").update(`${seed} ${project.name} ${file}`).digest("hex");
  };
  return files.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** A library's WebAssembly as its bytes, a page of docs/ and the viewer of recovery pages as their texts, as build.mjs has them. */
const filesAsModules: Plugin = {
  name: "files-as-modules",
  enforce: "pre",
  resolveId: (id) => (id.endsWith("/viewer.html") ? "\0viewer.html" : undefined),
  async load(id) {
    if (id === "\0viewer.html") return `export default ${JSON.stringify((await viewer()).html)};`;
    if (id.endsWith(".md")) return `export default ${JSON.stringify(readFileSync(id, "utf8"))};`;
    if (!id.endsWith(".wasm")) return undefined;
    const base64 = readFileSync(id).toString("base64");
    return `export default new Uint8Array(Buffer.from("${base64}", "base64"));`;
  },
};

export default defineConfig(({ mode }) => ({
  plugins: [filesAsModules],
  test: {
    server: { deps: { inline: [/\.wasm$/] } },
    // Two more than CI has cores, for those that wait; each imports everything, which takes a core some seconds.
    maxWorkers: 4,
    // Property tests make much that is soon forgotten; with the usual 16 MB a tenth of their time goes into collecting it.
    execArgv: ["--max-semi-space-size=64"],
    sequence: { sequencer: LongFirst },
    testTimeout: TIMEOUT,
    hookTimeout: TIMEOUT,
    projects:
      mode === "quick"
        ? [together("quick", EVERYTHING, NOT_QUICK)]
        : mode === "long"
          ? [{ extends: true, test: { name: "long", include: LONGER, testTimeout: LONGER_THAN_ANY } }]
          : [
              { extends: true, test: { name: "apart", include: APART } },
              together("together", EVERYTHING, [...APART, ...REAL, ...REAL_APART, "test/standalone/**"]),
              together("real", REAL, [], 600_000),
              { extends: true, test: { name: "real-apart", include: REAL_APART, testTimeout: 600_000 } },
              {
                extends: true,
                test: {
                  ...together("standalone", STANDALONE).test,
                  env: { TWINSEED_TEST_EXECUTABLE: EXECUTABLE },
                },
              },
            ],
  },
}));

function together(
  name: string,
  include: string[],
  exclude: string[],
  testTimeout = TIMEOUT,
): TestProjectInlineConfiguration {
  return { extends: true, test: { name, include, exclude, isolate: false, testTimeout } };
}
