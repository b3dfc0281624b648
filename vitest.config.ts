import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * These load modules anew or replace them, watch the process's memory, or open a keyring in it. In all others nothing is
 * changed in the process that another file could see: they share one and what they import, which costs more than most of them.
 */
const APART = ["test/{limits,fuzz/fuzz,qr/hostile,qr/read,rig/rig,seeds/keyring}.test.ts"];

/**
 * What takes long, or waits for other processes, comes first, so that nothing is waited for at the end. Those of a project
 * in a row, as a shared process is given up for a file of the other one.
 */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      /\/test\/(e2e\/|fuzz\/|rig\/|ci\.|system\/(clipboard|data-folder|terminal)|seeds\/keyring-faults|qr\/read\.|\w+\/corpus)/.test(
        moduleId,
      );
    const isShared = ({ project }: TestSpecification) => !project.config.isolate;
    const turn = (file: TestSpecification) => [isLong(file), isShared(file)].join();
    const turns = ["true,false", "true,true", "false,true", "false,false"];
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => turns.indexOf(turn(a)) - turns.indexOf(turn(b)));
  }
}

export default defineConfig({
  test: {
    // Much of the suite waits for other processes (a stale lock, a terminal, a keyring): more files than cores.
    maxWorkers: 6,
    // Property tests make much that is soon forgotten; with the usual 16 MB a tenth of their time goes into collecting it.
    execArgv: ["--max-semi-space-size=64"],
    sequence: { sequencer: LongFirst },
    // A bound against hanging, not a measurement: the machines are shared.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "apart", include: APART } },
      {
        extends: true,
        test: { name: "together", include: ["test/**/*.test.ts"], exclude: APART, isolate: false },
      },
    ],
  },
});
