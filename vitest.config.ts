import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Much of the suite waits for other processes (a stale lock, a terminal, a keyring): more files than cores.
    maxWorkers: 4,
    // A bound against hanging, not a measurement: the machines are shared.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
