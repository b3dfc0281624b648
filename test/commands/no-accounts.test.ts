import { expect, it } from "vitest";
import { testCli } from "../helpers/test-cli.ts";

it.each(["audit", "list", "code", "watch --plain"])(
  "%s names the folder that was chosen, which may be on a disk that is not there",
  async (line) => {
    const chosen = testCli({ accounts: [], instead: () => ({ env: { TWINSEED_HOME: "/mnt/disk" } }) });
    expect((await chosen.run(line)).stderr).toContain(
      `no accounts yet in "${chosen.folder.path}"; enroll one`,
    );
    expect((await testCli({ accounts: [] }).run(line)).stderr).toContain("no accounts yet; enroll one");
  },
);
