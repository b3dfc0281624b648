import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Nothing but memory, and nothing changed that another file could see: these share a process and what they import, which
 * costs more than most of them. Not those that load modules anew, watch the memory of the process, or end it.
 */
const TOGETHER =
  "test/{aws,backup,commands,formats,ledger,otp,qr,seeds,sheet}/**/!(hostile|read|corpus|keyring*).test.ts";

/** What takes long, or waits for other processes, comes first, so that nothing is waited for at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) =>
      /\/test\/(e2e\/|fuzz\/|rig\/|system\/data-folder|\w+\/corpus)/.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // Much of the suite waits for other processes (a stale lock, a terminal, a keyring): more files than cores.
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
    // A bound against hanging, not a measurement: the machines are shared.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "apart", include: ["test/**/*.test.ts"], exclude: [TOGETHER] } },
      { extends: true, test: { name: "together", include: [TOGETHER], isolate: false } },
    ],
  },
});
