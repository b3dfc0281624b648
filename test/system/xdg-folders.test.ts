/** XDG Base Directory Specification 0.8: "If an implementation encounters a relative path in any of these variables it should ignore it." */
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hasSocketFolder } from "../../src/system/channel/socket-folder.ts";
import { placesFor } from "../../src/system/channel/socket-place.ts";
import { onBus } from "../../src/system/desktop/bus-calls.ts";
import { repairBusAddress } from "../../src/system/desktop/session-bus.ts";
import { insteadOf } from "../../src/system/disk/no-data-folder.ts";
import { dataFolderPath } from "../../src/system/disk/paths.ts";
import { stateFolderPath } from "../../src/system/disk/state-folder-path.ts";
import * as temporary from "../../src/system/disk/temporary-folder.ts";
import { temporaryFolder } from "../helpers/child.ts";

/** In the working directory, where a relative path would lead. */
let here: string;
let before: string;
beforeEach(() => {
  here = realpathSync(temporaryFolder());
  before = process.cwd();
  mkdirSync(join(here, "relative/twinseed"), { recursive: true, mode: 0o700 });
  process.chdir(here);
});
afterEach(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
});

const onlyLinux = describe.skipIf(process.platform !== "linux");

onlyLinux("a relative path is ignored in", () => {
  it("XDG_STATE_HOME: an unlocked store is found all the same", () => {
    const env = { HOME: here, XDG_RUNTIME_DIR: join(here, "none"), XDG_STATE_HOME: "relative" };
    const [place] = placesFor("/data", env);
    expect(place?.folder).toBe(join(here, ".local/state/twinseed/unlocked"));
    mkdirSync(join(here, "relative/twinseed/unlocked"));
    expect(hasSocketFolder(env)).toBe(false);
    mkdirSync(place?.folder ?? "", { recursive: true });
    expect(hasSocketFolder(env)).toBe(true);
    expect(stateFolderPath(env, "/")).toBe(join(here, ".local/state/twinseed"));
  });

  it("XDG_RUNTIME_DIR, by what looks for a socket", () => {
    const NOT_A_USER = 4_000_000_000; // with no folder in /run/user
    const env = { HOME: join(here, "none"), XDG_RUNTIME_DIR: "relative" };
    expect(hasSocketFolder(env, NOT_A_USER)).toBe(false);
    expect([...placesFor("/data", env)].map(({ folder }) => folder)).not.toContain("relative/twinseed");
  });

  it("XDG_RUNTIME_DIR, by what makes temporary folders", () => {
    const made = temporary.temporaryFolder({ XDG_RUNTIME_DIR: "relative" }, "test");
    made.remove();
    expect(dirname(made.folder)).not.toBe("relative");
    expect(basename(made.folder)).toMatch(/^twinseed-test-/);
  });

  it("XDG_RUNTIME_DIR, by what looks for the session bus", async () => {
    const env: Record<string, string | undefined> = { XDG_RUNTIME_DIR: "relative" };
    await expect(onBus(env, async () => {})).rejects.toThrow("no session bus");
    const bus = join(here, `${process.geteuid?.()}/bus`);
    mkdirSync(dirname(bus));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(bus, resolve));
    repairBusAddress(env, here);
    server.close();
    expect(env.DBUS_SESSION_BUS_ADDRESS).toBe(`unix:path=${bus}`);
  });

  it("XDG_DATA_HOME", async () => {
    vi.stubEnv("XDG_DATA_HOME", "relative");
    expect(await dataFolderPath({}, here)).toBe(join(homedir(), ".local/share/twinseed"));
  });
});

onlyLinux("but not in what has no other place", () => {
  it("HOME: the data would come and go with the working directory", () => {
    expect(() => insteadOf("relative/.local/share/twinseed", () => "relative")).toThrow(
      'the data folder "relative/.local/share/twinseed" is not an absolute path',
    );
    expect(() => insteadOf("")).toThrow("this user has no home directory");
  });
});

onlyLinux("TWINSEED_STATE", () => {
  it("can be relative, and means the same folder to all that look for a socket", () => {
    const env = { HOME: here, XDG_RUNTIME_DIR: join(here, "none"), TWINSEED_STATE: "own" };
    const [place] = placesFor("/data", env);
    expect(place?.folder).toBe(join(here, "own/unlocked"));
    mkdirSync(place?.folder ?? "", { recursive: true });
    expect(existsSync("own/unlocked") && hasSocketFolder(env)).toBe(true);
  });
});
