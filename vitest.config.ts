import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Much of the suite waits for other processes (a stale lock, a terminal, a keyring): more files than cores.
    maxWorkers: 5,
  },
});
